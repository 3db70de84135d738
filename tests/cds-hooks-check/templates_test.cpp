#include "templates.h"

#include <gtest/gtest.h>

namespace trialcds::cds_hooks_check {
namespace {

TEST(Templates, Item13_TokensAreThoseOfTheHookAndOfTheUser) {
    for (const char *fine :
         {"Patient/{{context.patientId}}", "Encounter/{{context.encounterId}}",
          "Practitioner/{{userPractitionerId}}", "PractitionerRole/{{userPractitionerRoleId}}",
          "Patient/{{userPatientId}}", "RelatedPerson/{{userRelatedPersonId}}", "Patient?_count=1"})
        EXPECT_FALSE(bad_token(fine, "patient-view")) << fine;
    for (const char *wrong :
         {"Patient/{{context.patient.id}}", "Patient/{{patientId}}", "Patient/{{context.draftOrders}}",
          "Patient/{{today()}}", "Patient/{{context.patientId", "Patient/context.patientId}}", "Patient/{{}}"})
        EXPECT_TRUE(bad_token(wrong, "patient-view")) << wrong;
    EXPECT_FALSE(bad_token("Patient/{{context.anything}}", "a-hook-of-our-own"));
    EXPECT_TRUE(bad_token("Practitioner/{{context.userId}}", "order-dispatch")) << "that hook has no userId";
}

TEST(Templates, Item14_OnlyTheSubsetOfSearch) {
    for (const char *fine :
         {"Patient/{{context.patientId}}", "Condition?patient={{context.patientId}}&_count=50&_sort=-date",
          "Observation?patient={{context.patientId}}&code=http://loinc.org|4548-4,http://loinc.org|1-8",
          "Observation?code:in=http://example.org/vs", "Observation?date=ge2020-01-01", "Patient?name=nelson"})
        EXPECT_FALSE(beyond_subset(fine)) << fine;
    for (const char *wrong :
         {"Condition?_include=Condition:subject", "Condition?_revinclude=Provenance:target",
          "Observation?patient.name=x", "Condition?_has:Observation:patient:code=1", "Condition?code:not=1",
          "Observation?date=ne2020", "Observation?date=sa2020", "Observation?date=eb{{context.x}}",
          "Patient/{{context.patientId}}/Condition?code=1", "Patient", "?patient=1", "patient/1", ""})
        EXPECT_TRUE(beyond_subset(wrong)) << wrong;
}

TEST(Templates, Item15_EachParameterOnce) {
    EXPECT_FALSE(repeated_parameter("Observation?code=a,b&date=ge2020"));
    EXPECT_TRUE(repeated_parameter("Observation?date=gt2020&date=lt2021"));
}

TEST(Templates, Item16_SortAsInR4) {
    EXPECT_FALSE(old_sort("Observation?_sort=-date"));
    EXPECT_TRUE(old_sort("Observation?_sort:desc=date"));
    EXPECT_TRUE(old_sort("Observation?_sort=date:desc"));
}

} // namespace
} // namespace trialcds::cds_hooks_check

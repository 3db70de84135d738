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

TEST(Templates, Item13_TheBallotHasSimplePathsAndDates) {
    for (const char *fine :
         {"Patient/{{context.patientId}}", "Practitioner/{{userPractitionerId}}",
          "Encounter/{{context.appointments.entry.resource.ofType(Appointment).encounter.resolve().id}}",
          "Condition?patient={{%patient.id}}", "Patient/{{context.patientId|%other.subject}}",
          "Observation?date=ge{{today()}}", "Observation?date=ge{{today() - 30 days}}",
          "Observation?date=le{{ today()+1 days }}"})
        EXPECT_FALSE(bad_path_token(fine, "appointment-book")) << fine;
    for (const char *wrong :
         {"Patient/{{context.draftOrders.entry}}", "Patient/{{patientId}}", "Patient/{{context}}",
          "Patient/{{}}", "Patient/{{context.patientId.where(x)}}", "Patient/{{context.patientId|}}",
          "Patient/{{context..id}}", "Patient/{{%.id}}", "Patient/{{today() - thirty days}}",
          "Patient/{{today() - 30 weeks}}", "Patient/{{today() 30 days}}",
          "Patient/{{context.patientId.ofType()}}", "Patient/{{now()}}", "Patient/{{context.patientId",
          "Patient/context.patientId}}"})
        EXPECT_TRUE(bad_path_token(wrong, "appointment-book")) << wrong;
    for (const char *ballots : {"Observation?date=ge{{today()}}", "Condition?patient={{%patient.id}}"})
        EXPECT_TRUE(bad_token(ballots, "appointment-book")) << "2.0 has no such token: " << ballots;
    EXPECT_EQ(keys_needed("A?x={{%one.id|%two}}&y={{context.patientId}}"),
              (std::vector<std::string>{"one", "two"}));
}

TEST(Templates, Item14_TheBallotHasALimitOfResults) {
    const std::string limited = "Observation?code=1&_maxresults=5&date=ge{{today() - 30 days}}";
    EXPECT_FALSE(beyond_wider_subset(limited));
    EXPECT_TRUE(beyond_subset("Observation?code=1&_maxresults=5"));
    EXPECT_FALSE(beyond_wider_subset("Patient/{{context.appointments.entry.resource.id}}"));
    EXPECT_TRUE(beyond_wider_subset("Observation?_maxresults=5&_include=Observation:subject"));
    EXPECT_TRUE(beyond_wider_subset("Observation?patient.name={{%patient.name}}"));
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

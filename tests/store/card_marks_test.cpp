#include <map>
#include <set>
#include <utility>

#include <gmock/gmock.h>

#include "base/uuid.h"
#include "store/card_marks.h"

namespace trialcds::server {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

const std::string kKey = "0123456789abcdef0123456789abcdef";

CardMarks marks(const std::string &key = kKey) {
    return CardMarks::create(base::Sensitive<std::string>(key)).value();
}

cds_hooks::CardSubject subject(const std::string &tenant = "north", const std::string &trial = "NCT1",
                               const std::string &patient = "pat-1",
                               const std::string &viewer = "Practitioner/1") {
    return {tenant, trial, base::Sensitive<std::string>(patient), base::Sensitive<std::string>(viewer)};
}

std::string trial_of(const CardMarks &marks, const std::string &tenant, const std::string &card,
                     const std::vector<std::string> &trials) {
    return marks.trials_of(tenant, {card}, trials).at(0);
}

TEST(CardMarks, Item45_TheUuidIsAFreshVersion8InLowerCase) {
    std::set<std::string> seen;
    for (int i = 0; i < 1000; ++i) {
        const std::string uuid = marks().uuid(subject());
        EXPECT_THAT(uuid, MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"));
        EXPECT_TRUE(seen.insert(uuid).second);
    }
}

TEST(CardMarks, TheUuidLeadsBackToTheMarksOfItsSubject) {
    EXPECT_EQ(marks().read("north", "NCT1", marks().uuid(subject()))->marks, marks().marks_of(subject()));
}

TEST(CardMarks, PatientTrialTenantAndKeyEachMakeAnotherMark) {
    const Marks mine = marks().marks_of(subject());
    EXPECT_NE(mine.patient, marks().marks_of(subject("north", "NCT1", "pat-2")).patient);
    EXPECT_NE(mine.patient, marks().marks_of(subject("north", "NCT2")).patient);
    EXPECT_NE(mine.patient, marks().marks_of(subject("south")).patient);
    EXPECT_NE(mine.patient, marks(kKey + "x").marks_of(subject()).patient);
    EXPECT_NE(mine.patient, marks().marks_of(subject("north", "NCT1p", "at-1")).patient) << "no sliding";
    EXPECT_EQ(mine.patient, marks().marks_of(subject("north", "NCT1", "pat-1", "Practitioner/2")).patient);
    EXPECT_NE(mine.viewer, marks().marks_of(subject("north", "NCT1", "pat-1", "Practitioner/2")).viewer);
    EXPECT_EQ(mine.viewer, marks().marks_of(subject("north", "NCT2", "pat-2")).viewer);
    EXPECT_NE(mine.viewer, marks().marks_of(subject("south")).viewer);
}

// Uuids of one patient's cards differ like those of two patients: in about half of their bits, every one of
// them.
TEST(CardMarks, NothingInTheUuidTellsThatTwoCardsAreOfOnePatient) {
    constexpr int kPairs = 2000;
    std::vector<int> differing(36, 0); // of each place
    for (int i = 0; i < kPairs; ++i) {
        const std::string one = marks().uuid(subject());
        const std::string other = marks().uuid(subject());
        for (std::size_t at = 0; at < one.size(); ++at)
            differing[at] += one[at] != other[at] ? 1 : 0;
    }
    for (std::size_t at = 0; at < differing.size(); ++at) {
        if (base::kUuidForm[at] == '-' || at == base::kUuidVersionAt) continue;
        const int least = at == base::kUuidVariantAt ? kPairs * 65 / 100 : kPairs * 90 / 100;
        EXPECT_GT(differing[at], least) << at; // of 16 digits, 15 in 16 differ; of four, 3 in 4
    }
}

// Cards of the subjects above with the random bits 012345, worked out beside this program from the same key.
const std::map<std::string, std::string> kCards{{"NCT0", "f2f865f6-f070-844c-98c7-cbfee64a6a14"},
                                                {"NCT1", "5dbb8fd8-cf43-8ce6-8162-f4da0ea3b6a0"},
                                                {"NCT2", "0b0480bc-2f03-80ab-8576-55f55caf81e7"}};

TEST(CardMarks, AFreshUuidBearsTheSealOfItsTrial) {
    EXPECT_EQ(trial_of(marks(), "north", marks().uuid(subject()), {"NCT1"}), "NCT1");
}

TEST(CardMarks, AUuidLeadsToItsTrialAmongSeveral) {
    for (const auto &[trial, card] : kCards)
        EXPECT_EQ(trial_of(marks(), "north", card, {"NCT0", "NCT1", "NCT2"}), trial);
    const std::string &card = kCards.at("NCT1");
    EXPECT_EQ(marks().read("north", "NCT1", card)->marks, marks().marks_of(subject()));
    EXPECT_FALSE(marks().read("south", "NCT1", card).has_value()) << "another key";
    EXPECT_FALSE(marks().read("north", "NCT2", card).has_value()) << "another trial";
    EXPECT_EQ(trial_of(marks(), "north", card, {"NCT0", "NCT2"}), "") << "of another service";
    EXPECT_EQ(trial_of(marks(), "south", card, {"NCT1"}), "") << "of another tenant";
    EXPECT_EQ(trial_of(marks(kKey + "x"), "north", card, {"NCT1"}), "") << "of another site";
    EXPECT_EQ(trial_of(marks(), "north", "3c1f9f6e-54a1-4f0e-9d9c-0f7a4a1d2b3c", {"NCT1"}), "");
}

// More than one call of feedback may have.
TEST(CardMarks, ManyCardsAndManyTrialsAreToldApart) {
    std::vector<std::string> trials{"NCT0", "NCT1", "NCT2"};
    for (int i = 0; i < 300; ++i)
        trials.push_back("NCT" + std::to_string(10'000'000 + i));
    std::vector<std::string> cards(10'000, "3c1f9f6e-54a1-8f0e-9d9c-0f7a4a1d2b3c");
    cards[1] = kCards.at("NCT2");
    cards[9'999] = kCards.at("NCT0");
    const auto found = marks().trials_of("north", cards, trials);
    ASSERT_EQ(found.size(), cards.size());
    EXPECT_EQ(found[0], "");
    EXPECT_EQ(found[1], "NCT2");
    EXPECT_EQ(found[9'999], "NCT0");
}

TEST(CardMarks, AUuidThatWasTamperedWithLeadsToNoTrial) {
    for (std::size_t at = 0; at < base::kUuidForm.size(); ++at) {
        if (base::kUuidForm[at] == '-' || at == base::kUuidVersionAt || at == base::kUuidVariantAt) continue;
        std::string other = kCards.at("NCT1");
        other[at] = other[at] == '0' ? '1' : '0';
        EXPECT_EQ(trial_of(marks(), "north", other, {"NCT1"}), "") << at;
    }
}

TEST(CardMarks, AUuidThatCouldBeOfTwoTrialsIsTakenForNeither) {
    const std::string &card = kCards.at("NCT1");
    const std::string twin = "TWIN1557067"; // found by trying
    EXPECT_EQ(trial_of(marks(), "north", card, {twin}), twin);
    EXPECT_EQ(trial_of(marks(), "north", card, {"NCT1", twin}), "");
}

// As they stand in stores that were written before a uuid bore a seal.
TEST(CardMarks, WhatWasStoredUnderLongerMarksIsStillFound) {
    EXPECT_THAT(marks().stored_marks_of(subject()),
                testing::IsSupersetOf({"pa5e2f6bed5ad", "vbf7a2a402d", "pa5e2f6bed5", "vbf7a2a40"}));
}

TEST(CardMarks, AForeignUuidIsNoneOfOurs) {
    for (const char *uuid :
         {"", "x", "3c1f9f6e-54a1-4f0e-9d9c-0f7a4a1d2b3c", "3c1f9f6e-54a1-8f0e-cd9c-0f7a4a1d2b3c",
          "3C1F9F6E-54A1-8F0E-9D9C-0F7A4A1D2B3C", "3c1f9f6e-54a1-8f0e-9d9c-0f7a4a1d2b3", // short
          "3c1f9f6e-54a1-8f0e-9d9c-0f7a4a1d2b3c0", "3c1f9f6e054a1-8f0e-9d9c-0f7a4a1d2b3c"})
        EXPECT_FALSE(marks().read("north", "NCT1", uuid).has_value()) << uuid;
    EXPECT_EQ(trial_of(marks(), "north", "3c1f9f6e-54a1-8f0e-9d9c-0f7a4a1d2b3c", {"NCT1"}), "")
        << "of the form";
}

CardMarks rotated(const std::string &key, const std::string &previous) {
    return CardMarks::create(base::Sensitive<std::string>(key), base::Sensitive<std::string>(previous)).value();
}

TEST(CardMarks, ACardOfThePreviousKeyIsUnderstoodAndANewOneIsOfTheNewKey) {
    const CardMarks both = rotated(kKey + "new", kKey);
    const std::string old_card = marks().uuid(subject());
    const std::string new_card = both.uuid(subject());
    EXPECT_EQ(both.trials_of("north", {old_card, new_card, "x"}, {"NCT0", "NCT1"}),
              (std::vector<std::string>{"NCT1", "NCT1", ""}));
    EXPECT_EQ(both.read("north", "NCT1", old_card)->marks, marks().marks_of(subject()));
    EXPECT_TRUE(both.read("north", "NCT1", old_card)->previous_key);
    EXPECT_EQ(both.read("north", "NCT1", new_card)->marks, marks(kKey + "new").marks_of(subject()));
    EXPECT_FALSE(both.read("north", "NCT1", new_card)->previous_key);
    EXPECT_EQ(trial_of(marks(), "north", new_card, {"NCT1"}), "")
        << "nothing new is made under the previous key";
    EXPECT_EQ(trial_of(marks(kKey + "new"), "north", old_card, {"NCT1"}), "") << "once that key is gone";
}

TEST(CardMarks, WhatWasStoredUnderEitherKeyIsFound) {
    const auto found = rotated(kKey + "new", kKey).stored_marks_of(subject());
    EXPECT_THAT(found, testing::IsSupersetOf(marks().stored_marks_of(subject())));
    EXPECT_THAT(found, testing::IsSupersetOf(marks(kKey + "new").stored_marks_of(subject())));
    EXPECT_EQ(rotated(kKey + "new", kKey).marks_of(subject()), marks(kKey + "new").marks_of(subject()));
    EXPECT_EQ(rotated(kKey + "new", kKey).previous_marks_of(subject()), marks().marks_of(subject()));
    EXPECT_EQ(marks().previous_marks_of(subject()), std::nullopt);
}

TEST(CardMarks, APreviousKeyIsHeldToTheSameRulesAndIsAnother) {
    const auto refused = [](const std::string &key, const std::string &previous) {
        const auto made =
            CardMarks::create(base::Sensitive<std::string>(key), base::Sensitive<std::string>(previous));
        return made ? "" : made.error().location + ": " + made.error().public_text;
    };
    EXPECT_THAT(refused(kKey, "short"), testing::StartsWith("/store/previous_hash_key: the key has fewer"));
    EXPECT_THAT(refused(kKey, kKey), testing::StartsWith("/store/hash_key: the key is the previous one"));
    EXPECT_THAT(refused("short", kKey), testing::StartsWith("/store/hash_key: the key has fewer"));
}

TEST(CardMarks, AShortKeyIsRefusedWithoutShowingIt) {
    const auto refused = CardMarks::create(base::Sensitive<std::string>("too short a key"));
    ASSERT_FALSE(refused.has_value());
    EXPECT_THAT(refused.error().public_text, Not(HasSubstr("too short a key")));
}

// What stands in a file that was made in advance, or wiped, and never filled.
TEST(CardMarks, AKeyThatAnybodyCouldGuessIsRefusedWithTheWayToMakeOne) {
    for (const std::string &key :
         {std::string(), std::string(48, ' '), std::string(" \t\r\n") + std::string(48, '\t'),
          std::string(64, '\0'), std::string(32, '\xff'), std::string(48, 'A')}) {
        const auto refused = CardMarks::create(base::Sensitive<std::string>(key));
        ASSERT_FALSE(refused.has_value()) << key.size();
        EXPECT_THAT(refused.error().public_text, HasSubstr("openssl rand"));
    }
    std::string raw(32, '\0'); // any bytes may be a key, NUL among them
    raw[31] = 'x';
    EXPECT_TRUE(CardMarks::create(base::Sensitive<std::string>(raw)).has_value());
}

} // namespace
} // namespace trialcds::server

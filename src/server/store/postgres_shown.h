// The SQL of shown cards in PostgreSQL: what sqlite_shown_cards.cpp does step by step, in one statement.
// Thread-safety: constants.
#pragma once

namespace trialcds::server {

// A row with a viewer says when this viewer saw the card last; the one with viewer '' since when the patient's
// card counts, and how much its first line said. Days are counted from 1970-01-01.
inline constexpr auto kShownTable =
    "CREATE TABLE IF NOT EXISTS trialcds_shown (tenant text, patient text, viewer text, day integer NOT NULL, "
    "standing integer NOT NULL, until integer NOT NULL, PRIMARY KEY (tenant, patient, viewer))";
inline constexpr auto kShownOfDay =
    "CREATE INDEX IF NOT EXISTS trialcds_shown_of_day ON trialcds_shown (tenant, viewer, day)";
inline constexpr auto kShownUntil = "CREATE INDEX IF NOT EXISTS trialcds_shown_until ON trialcds_shown (until)";

// tenant, patient, viewer, today, standing, cards a viewer a day, days from one showing to the next -> was it
// shown before, has the viewer seen enough
inline constexpr auto kClaimShown = R"sql(
WITH patients AS (SELECT 1 FROM trialcds_shown
                  WHERE $7::integer > 0 AND tenant = $1::text AND patient = $2::text AND viewer = ''
                    AND day <> $4::integer AND $4::integer < day + $7::integer AND $5::integer <= standing),
     again AS (SELECT 1 FROM trialcds_shown WHERE tenant = $1::text AND patient = $2::text
                 AND viewer = $3::text AND day = $4::integer),
     known AS (SELECT EXISTS (SELECT 1 FROM patients) AS before,
                      $6::integer > 0 AND NOT EXISTS (SELECT 1 FROM again)
                        AND (SELECT count(*) FROM trialcds_shown WHERE tenant = $1::text AND viewer = $3::text
                               AND day = $4::integer) >= $6::integer AS enough),
     of_patient AS (INSERT INTO trialcds_shown (tenant, patient, viewer, day, standing, until)
                    SELECT $1::text, $2::text, '', $4::integer, $5::integer, $4::integer + $7::integer
                    FROM known WHERE NOT before AND NOT enough AND $7::integer > 0
                    ON CONFLICT (tenant, patient, viewer) DO UPDATE
                    SET day = excluded.day, standing = excluded.standing, until = excluded.until
                    WHERE trialcds_shown.day <> excluded.day OR trialcds_shown.standing < excluded.standing),
     of_viewer AS (INSERT INTO trialcds_shown (tenant, patient, viewer, day, standing, until)
                   SELECT $1::text, $2::text, $3::text, $4::integer, $5::integer, $4::integer + 1
                   FROM known WHERE NOT before AND NOT enough AND $6::integer > 0
                   ON CONFLICT (tenant, patient, viewer) DO UPDATE
                   SET day = excluded.day, standing = excluded.standing, until = excluded.until
                   WHERE trialcds_shown.day <> excluded.day)
SELECT before, enough FROM known)sql";
// tenant, patient, today, standing, days from one showing to the next
inline constexpr auto kShownBefore =
    "SELECT 1 FROM trialcds_shown WHERE tenant = $1::text AND patient = $2::text AND viewer = '' "
    "AND $5::integer > 0 AND day <> $3::integer AND $3::integer < day + $5::integer AND $4::integer <= "
    "standing";
inline constexpr auto kPurgeShown = "DELETE FROM trialcds_shown WHERE until <= $1::integer";

} // namespace trialcds::server

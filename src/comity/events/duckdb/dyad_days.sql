SELECT
  "t2"."a",
  "t2"."b",
  "t2"."day",
  "t2"."events",
  "t2"."mentions",
  "t2"."quad1",
  "t2"."quad2",
  "t2"."quad3",
  "t2"."quad4",
  CAST("t2"."_goldstein" AS DOUBLE) / 1000.0 AS "goldstein_sum",
  "t2"."goldstein_n",
  CAST("t2"."_tone" AS DOUBLE) / 1000000000.0 AS "tone_sum"
FROM (
  SELECT
    "t1"."a",
    "t1"."b",
    "t1"."day",
    COUNT(*) AS "events",
    SUM("t1"."mentions") AS "mentions",
    SUM(CAST("t1"."quad" = 1 AS BIGINT)) AS "quad1",
    SUM(CAST("t1"."quad" = 2 AS BIGINT)) AS "quad2",
    SUM(CAST("t1"."quad" = 3 AS BIGINT)) AS "quad3",
    SUM(CAST("t1"."quad" = 4 AS BIGINT)) AS "quad4",
    SUM("t1"."_goldstein") AS "_goldstein",
    COUNT("t1"."goldstein") AS "goldstein_n",
    SUM("t1"."_tone") AS "_tone"
  FROM (
    SELECT
      "t0"."day",
      "t0"."a",
      "t0"."b",
      "t0"."code",
      "t0"."quad",
      "t0"."goldstein",
      "t0"."mentions",
      "t0"."sources",
      "t0"."articles",
      "t0"."tone",
      "t0"."file",
      "t0"."line",
      "t0"."id",
      "t0"."vocabulary",
      "t0"."convention",
      "t0"."origin",
      CAST(FLOOR((
        "t0"."goldstein" * 1000.0
      ) + 0.5) AS BIGINT) AS "_goldstein",
      CAST(FLOOR((
        "t0"."tone" * 1000000000.0
      ) + 0.5) AS BIGINT) AS "_tone"
    FROM "events" AS "t0"
  ) AS "t1"
  GROUP BY
    1,
    2,
    3
) AS "t2"

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
  'cameo' AS "vocabulary",
  'gdelt' AS "convention",
  NULLIF("t0"."SOURCEURL", '') AS "origin"
FROM "judged" AS "t0"
WHERE
  "t0"."fate" = 'kept'

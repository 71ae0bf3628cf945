SELECT
  "t9"."GLOBALEVENTID",
  "t9"."SQLDATE",
  "t9"."Actor1CountryCode",
  "t9"."Actor2CountryCode",
  "t9"."EventCode",
  "t9"."QuadClass",
  "t9"."GoldsteinScale",
  "t9"."NumMentions",
  "t9"."NumSources",
  "t9"."NumArticles",
  "t9"."AvgTone",
  "t9"."SOURCEURL",
  "t9"."file",
  "t9"."line",
  "t9"."day",
  "t9"."code",
  "t9"."id",
  "t9"."quad",
  "t9"."goldstein",
  "t9"."mentions",
  "t9"."sources",
  "t9"."articles",
  "t9"."tone",
  "t9"."reason",
  "t9"."a",
  "t9"."b",
  CASE
    WHEN "t9"."reason" IS NOT NULL
    THEN 'quarantined'
    WHEN COALESCE("t9"."a" <> "t9"."b", FALSE)
    THEN 'kept'
    ELSE 'not_between_states'
  END AS "fate"
FROM (
  SELECT
    "t8"."GLOBALEVENTID",
    "t8"."SQLDATE",
    "t8"."Actor1CountryCode",
    "t8"."Actor2CountryCode",
    "t8"."EventCode",
    "t8"."QuadClass",
    "t8"."GoldsteinScale",
    "t8"."NumMentions",
    "t8"."NumSources",
    "t8"."NumArticles",
    "t8"."AvgTone",
    "t8"."SOURCEURL",
    "t8"."file",
    "t8"."line",
    "t8"."day",
    "t8"."code",
    "t8"."id",
    "t8"."quad",
    "t8"."goldstein",
    "t8"."mentions",
    "t8"."sources",
    "t8"."articles",
    "t8"."tone",
    "t8"."reason",
    "t4"."a",
    "t5"."b"
  FROM (
    SELECT
      "t6"."GLOBALEVENTID",
      "t6"."SQLDATE",
      "t6"."Actor1CountryCode",
      "t6"."Actor2CountryCode",
      "t6"."EventCode",
      "t6"."QuadClass",
      "t6"."GoldsteinScale",
      "t6"."NumMentions",
      "t6"."NumSources",
      "t6"."NumArticles",
      "t6"."AvgTone",
      "t6"."SOURCEURL",
      "t6"."file",
      "t6"."line",
      "t6"."day",
      "t6"."code",
      "t6"."id",
      "t6"."quad",
      "t6"."goldstein",
      "t6"."mentions",
      "t6"."sources",
      "t6"."articles",
      "t6"."tone",
      CASE
        WHEN NOT (
          COALESCE(
            (
              "t6"."id" >= 0
            ) AND (
              CAST("t6"."id" AS TEXT) = "t6"."GLOBALEVENTID"
            ),
            FALSE
          )
        )
        THEN 'GLOBALEVENTID is no number'
        WHEN NOT (
          COALESCE((
            "t6"."day" >= MAKE_DATE(1, 1, 1)
          ) AND (
            LENGTH("t6"."SQLDATE") = 8
          ), FALSE)
        )
        THEN 'SQLDATE is no date'
        WHEN NOT (
          COALESCE(REGEXP_MATCHES("t6"."code", '^(0[1-9]|1[0-9]|20)[0-9]{0,2}$'), FALSE)
        )
        THEN 'EventCode is no CAMEO code'
        WHEN NOT (
          COALESCE(
            (
              "t6"."quad" >= 0
            )
            AND (
              CAST("t6"."quad" AS TEXT) = "t6"."QuadClass"
            )
            AND "t6"."quad" BETWEEN 1 AND 4,
            FALSE
          )
        )
        THEN 'QuadClass is not 1 to 4'
        WHEN NOT (
          COALESCE(
            (
              "t6"."GoldsteinScale" = ''
            )
            OR (
              "t6"."goldstein" BETWEEN -10 AND 10
              AND RIGHT("t6"."GoldsteinScale", 1) BETWEEN '0' AND '9'
            ),
            FALSE
          )
        )
        THEN 'GoldsteinScale is not -10 to 10'
        WHEN NOT (
          COALESCE(
            (
              "t6"."mentions" >= 0
            )
            AND (
              CAST("t6"."mentions" AS TEXT) = "t6"."NumMentions"
            )
            AND (
              (
                "t6"."sources" >= 0
              )
              AND (
                CAST("t6"."sources" AS TEXT) = "t6"."NumSources"
              )
            )
            AND (
              (
                "t6"."articles" >= 0
              )
              AND (
                CAST("t6"."articles" AS TEXT) = "t6"."NumArticles"
              )
            ),
            FALSE
          )
        )
        THEN 'a count of mentions, sources or articles is no number'
        WHEN NOT (
          COALESCE(
            (
              "t6"."AvgTone" = ''
            )
            OR (
              "t6"."tone" BETWEEN -100 AND 100 AND RIGHT("t6"."AvgTone", 1) BETWEEN '0' AND '9'
            ),
            FALSE
          )
        )
        THEN 'AvgTone is not -100 to 100'
        ELSE CAST(NULL AS TEXT)
      END AS "reason"
    FROM (
      SELECT
        "t0"."GLOBALEVENTID",
        "t0"."SQLDATE",
        "t0"."Actor1CountryCode",
        "t0"."Actor2CountryCode",
        "t0"."EventCode",
        "t0"."QuadClass",
        "t0"."GoldsteinScale",
        "t0"."NumMentions",
        "t0"."NumSources",
        "t0"."NumArticles",
        "t0"."AvgTone",
        "t0"."SOURCEURL",
        "t0"."file",
        "t0"."line",
        TRY_CAST(SUBSTRING(
          "t0"."SQLDATE",
          CASE WHEN (
            0 + 1
          ) >= 1 THEN 0 + 1 ELSE 0 + 1 + LENGTH("t0"."SQLDATE") END,
          4
        ) || '-' || SUBSTRING(
          "t0"."SQLDATE",
          CASE WHEN (
            4 + 1
          ) >= 1 THEN 4 + 1 ELSE 4 + 1 + LENGTH("t0"."SQLDATE") END,
          2
        ) || '-' || SUBSTRING(
          "t0"."SQLDATE",
          CASE WHEN (
            6 + 1
          ) >= 1 THEN 6 + 1 ELSE 6 + 1 + LENGTH("t0"."SQLDATE") END,
          2
        ) AS DATE) AS "day",
        "t0"."EventCode" AS "code",
        TRY_CAST("t0"."GLOBALEVENTID" AS BIGINT) AS "id",
        TRY_CAST("t0"."QuadClass" AS TINYINT) AS "quad",
        TRY_CAST("t0"."GoldsteinScale" AS DOUBLE) AS "goldstein",
        TRY_CAST("t0"."NumMentions" AS INT) AS "mentions",
        TRY_CAST("t0"."NumSources" AS INT) AS "sources",
        TRY_CAST("t0"."NumArticles" AS INT) AS "articles",
        TRY_CAST("t0"."AvgTone" AS DOUBLE) AS "tone"
      FROM "raw" AS "t0"
    ) AS "t6"
  ) AS "t8"
  LEFT OUTER JOIN (
    SELECT
      "t1"."code" AS "a_code",
      "t1"."state" AS "a",
      "t1"."first" AS "a_first",
      "t1"."last" AS "a_last"
    FROM "spells" AS "t1"
  ) AS "t4"
    ON "t8"."Actor1CountryCode" = "t4"."a_code"
    AND "t8"."day" >= "t4"."a_first"
    AND "t8"."day" <= "t4"."a_last"
  LEFT OUTER JOIN (
    SELECT
      "t1"."code" AS "b_code",
      "t1"."state" AS "b",
      "t1"."first" AS "b_first",
      "t1"."last" AS "b_last"
    FROM "spells" AS "t1"
  ) AS "t5"
    ON "t8"."Actor2CountryCode" = "t5"."b_code"
    AND "t8"."day" >= "t5"."b_first"
    AND "t8"."day" <= "t5"."b_last"
) AS "t9"
WHERE
  CASE
    WHEN "t9"."reason" IS NOT NULL
    THEN 'quarantined'
    WHEN COALESCE("t9"."a" <> "t9"."b", FALSE)
    THEN 'kept'
    ELSE 'not_between_states'
  END <> 'not_between_states'

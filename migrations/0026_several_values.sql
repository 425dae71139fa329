-- Gives albums the lists of their genres, styles and labels, and the parts of their formats. Each is written with its
-- text. Operations of the ledger get them too: a replay then makes the same records, and an operation that a device
-- repeats is recognised. The rules are those of the collection, record/values.rs. An album whose text an older release
-- writes after this migration keeps its list of before until the next write of the text. Owner: collection.

-- Each text once, as JSON, and the members that belong to it. Only for the statements below.
CREATE TABLE value_texts (
    field   TEXT NOT NULL,
    text    TEXT NOT NULL,
    -- What is appended to a patch, and to a document, which has no nulls.
    patch   TEXT NOT NULL DEFAULT '',
    members TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (field, text)
) STRICT, WITHOUT ROWID;

INSERT INTO value_texts (field, text)
SELECT field, text FROM (
    SELECT 'genre' AS field, doc -> '$.genre' AS text FROM records
    UNION SELECT 'style', doc -> '$.style' FROM records
    UNION SELECT 'label', doc -> '$.label' FROM records
    UNION SELECT 'format', doc -> '$.format' FROM records
    UNION SELECT 'genre', patch -> '$.genre' FROM ops
    UNION SELECT 'style', patch -> '$.style' FROM ops
    UNION SELECT 'label', patch -> '$.label' FROM ops
    UNION SELECT 'format', patch -> '$.format' FROM ops)
WHERE text IS NOT NULL;

-- A text with blank values or too many is one value. A comma before certain words belongs to a value; it is another
-- character while the text is split.
UPDATE value_texts
SET members = CASE
    WHEN text = 'null' THEN text
    WHEN substr(text, 2, 1) = ' ' OR substr(text, 2, 2) = ', ' OR substr(text, -2, 1) = ' '
        OR instr(text, ',  ') OR instr(text, ' , ')
        OR length(text) - length(replace(text, ', ', '')) >= 100 THEN concat('[', text, ']')
    ELSE concat('[', replace(replace(replace(replace(replace(replace(replace(text,
        ', World, & Country', char(1) || ' World' || char(1) || ' & Country'), ', & Country', char(1) || ' & Country'),
        ', Inc.', char(1) || ' Inc.'), ', Ltd.', char(1) || ' Ltd.'), ', LLC', char(1) || ' LLC'),
        ', ', '","'), char(1), ','), ']')
    END
WHERE field <> 'format';

UPDATE value_texts
SET patch = concat(',"', field, 's":', members),
    members = CASE WHEN text = 'null' THEN '' ELSE concat(',"', field, 's":', members) END
WHERE field <> 'format';

-- "2xLP, Album" is two LPs, described as "Album"; "Vinyl, LP, Album" is an LP. A text that begins with no known name is
-- only descriptions.
WITH
names (name, carrier) AS (VALUES
    ('lp', '"LP"'), ('12\"', '"12\""'), ('10\"', '"10\""'), ('7\"', '"7\""'), ('vinyl', '"Vinyl"'),
    ('shellac', '"Shellac"'), ('flexi-disc', '"Flexi-disc"'), ('flexi', '"Flexi-disc"'),
    ('lathe cut', '"Lathe Cut"'), ('lathe', '"Lathe Cut"'), ('acetate', '"Acetate"'), ('cd', '"CD"'),
    ('cdr', '"CD"'), ('sacd', '"SACD"'), ('dvd', '"DVD"'), ('dvdr', '"DVD"'), ('blu-ray', '"Blu-ray"'),
    ('minidisc', '"MiniDisc"'), ('cassette', '"Cassette"'), ('cass', '"Cassette"'),
    ('8-track cartridge', '"8-Track Cartridge"'), ('8-trk', '"8-Track Cartridge"'),
    ('reel-to-reel', '"Reel-To-Reel"'), ('reel', '"Reel-To-Reel"'), ('box set', '"Box Set"'), ('box', '"Box Set"'),
    ('file', '"File"')),
parted AS (
    SELECT text, substr(line, 2, length(line) - 2) AS line FROM (
        SELECT text, replace(text, ' + ', ', ') AS line FROM value_texts WHERE field = 'format' AND text <> 'null')
    WHERE NOT (substr(line, 2, 1) = ' ' OR substr(line, 2, 2) = ', ' OR substr(line, -2, 1) = ' '
        OR instr(line, ',  ') OR instr(line, ' , ')
        OR length(line) - length(replace(line, ', ', '')) >= 100)),
headed AS (
    SELECT text, line, substr(line, 1, instr(line || ', ', ', ') - 1) AS head,
        concat(substr(line, instr(line || ', ', ', ')), ', ') AS rest
    FROM parted),
counted AS (
    SELECT *, CASE
        WHEN head GLOB '[1-9]x*' THEN 1
        WHEN head GLOB '[1-9][0-9]x*' THEN 2
        WHEN head GLOB '[1-9][0-9][0-9]x*' THEN 3
        ELSE 0 END AS digits
    FROM headed),
sized AS (
    SELECT counted.*, names.carrier, CASE WHEN names.carrier = '"Vinyl"' THEN CASE
        WHEN instr(rest, ', LP, ') THEN 'LP'
        WHEN instr(rest, ', 12\", ') THEN '12\"'
        WHEN instr(rest, ', 10\", ') THEN '10\"'
        WHEN instr(rest, ', 7\", ') THEN '7\"' END END AS size
    FROM counted LEFT JOIN names ON name = lower(substr(head, CASE digits WHEN 0 THEN 1 ELSE digits + 2 END))),
described AS (
    SELECT text, coalesce('"' || size || '"', carrier) AS carrier,
        CASE WHEN digits > 0 AND carrier IS NOT NULL THEN substr(head, 1, digits) END AS quantity,
        CASE
            WHEN carrier IS NULL THEN concat(', ', line, ', ')
            WHEN size IS NULL THEN rest
            ELSE replace(replace(rest, concat(', ', size, ', '), ', '), concat(', ', size, ', '), ', ')
        END AS list
    FROM sized),
parts AS (
    SELECT value_texts.text, carrier, quantity, CASE
        WHEN value_texts.text = 'null' THEN NULL
        WHEN list IS NULL THEN concat('[', value_texts.text, ']')
        WHEN length(list) > 4 THEN
            concat('["', replace(substr(list, 3, length(list) - 4), ', ', '","'), '"]') END AS descriptions
    FROM value_texts LEFT JOIN described USING (text) WHERE field = 'format')
UPDATE value_texts
SET patch = concat(',"carrier":', coalesce(parts.carrier, 'null'),
        ',"format_quantity":', coalesce(parts.quantity, 'null'),
        ',"format_descriptions":', coalesce(parts.descriptions, 'null')),
    members = concat(',"carrier":' || parts.carrier, ',"format_quantity":' || parts.quantity,
        ',"format_descriptions":' || parts.descriptions)
FROM parts WHERE parts.text = value_texts.text AND field = 'format';

UPDATE ops
SET patch = concat(substr(patch, 1, length(patch) - 1),
    (SELECT patch FROM value_texts WHERE field = 'genre' AND text = ops.patch -> '$.genre'),
    (SELECT patch FROM value_texts WHERE field = 'style' AND text = ops.patch -> '$.style'),
    (SELECT patch FROM value_texts WHERE field = 'label' AND text = ops.patch -> '$.label'),
    (SELECT patch FROM value_texts WHERE field = 'format' AND text = ops.patch -> '$.format'), '}')
WHERE coalesce(patch -> '$.genre', patch -> '$.style', patch -> '$.label', patch -> '$.format') IS NOT NULL;

-- The clock of a list is that of its text, also of one that was removed.
UPDATE records
SET doc = concat(substr(doc, 1, length(doc) - 1),
        (SELECT members FROM value_texts WHERE field = 'genre' AND text = doc -> '$.genre'),
        (SELECT members FROM value_texts WHERE field = 'style' AND text = doc -> '$.style'),
        (SELECT members FROM value_texts WHERE field = 'label' AND text = doc -> '$.label'),
        (SELECT members FROM value_texts WHERE field = 'format' AND text = doc -> '$.format'), '}'),
    clocks = concat(substr(clocks, 1, length(clocks) - 1),
        ',"genres":' || (clocks -> '$.genre'), ',"styles":' || (clocks -> '$.style'),
        ',"labels":' || (clocks -> '$.label'), ',"carrier":' || (clocks -> '$.format'),
        ',"format_quantity":' || (clocks -> '$.format'), ',"format_descriptions":' || (clocks -> '$.format'), '}')
WHERE type = 'album' AND (genre IS NOT NULL OR style IS NOT NULL OR label IS NOT NULL OR format IS NOT NULL
    OR coalesce(clocks -> '$.genre', clocks -> '$.style', clocks -> '$.label', clocks -> '$.format') IS NOT NULL);

DROP TABLE value_texts;

UPDATE collections
SET documents = (SELECT coalesce(sum(octet_length(doc)), 0) FROM records
        WHERE records.user_id = collections.user_id),
    largest   = max(largest, (SELECT coalesce(max(octet_length(doc)), 0) FROM records
        WHERE records.user_id = collections.user_id)),
    bytes     = (SELECT coalesce(sum(octet_length(doc) + octet_length(clocks)), 0) FROM records
            WHERE records.user_id = collections.user_id)
        + (SELECT coalesce(sum(octet_length(patch) + 250), 0) FROM ops WHERE ops.user_id = collections.user_id)
        + (SELECT coalesce(sum(coalesce(octet_length(value), 0) + 200), 0) FROM ops_lost
            WHERE ops_lost.user_id = collections.user_id);

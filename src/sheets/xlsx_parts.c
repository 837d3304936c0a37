#include "sheets/xlsx_parts.h"

#include <assert.h>
#include <stdlib.h>
#include <strings.h>

#include "sheets/escape_rules.h"
#include "sheets/xlsx_spaces.h"

#define RELATIONS_MAX 20000
#define STYLES_MAX    65536
#define ID_MAX        255     /* bytes of a relationship's name */

/* Relationships. */

struct relation {
    const char *id;
    const char *kind;      /* the last part of its type: "worksheet" */
    const char *target;    /* as it is written */
    bool        outside;   /* not in this package */
};

struct relations {
    struct relation *relation;
    size_t           count, room;
};

enum { RELATIONS_ALL = XML_OWN };

static void relation_add(struct relations *all, struct xml *xml, const char *const *attribute)
{
    struct arena *arena = xml->memory->arena;
    const char *id = xml_attribute(xml, attribute, 0, "Id");
    const char *type = xml_attribute(xml, attribute, 0, "Type");
    const char *target = xml_attribute(xml, attribute, 0, "Target");
    const char *mode = xml_attribute(xml, attribute, 0, "TargetMode");

    if (id == NULL || type == NULL || target == NULL) {
        xml_fail(xml, "a relationship without Id, Type or Target");
        return;
    }
    const char *slash = strrchr(type, '/');
    const char *kind = slash == NULL ? type : slash + 1;
    bool outside = mode != NULL && strcmp(mode, "External") == 0;
    if (outside)
        target = "";
    if (strlen(id) > ID_MAX || strlen(kind) > ID_MAX || strlen(target) > ZIP_NAME_MAX
        || all->count == RELATIONS_MAX) {
        xml_fail(xml, "a relationship that is too long, or more than %d", RELATIONS_MAX);
        return;
    }
    if (all->count == all->room) {
        size_t room = all->room == 0 ? 16 : all->room * 2;
        all->relation = arena_grow(arena, all->relation, all->count, room,
                                   sizeof *all->relation);
        all->room = room;
    }
    all->relation[all->count++] = (struct relation){
        arena_copy(arena, id, strlen(id)), arena_copy(arena, kind, strlen(kind)),
        arena_copy(arena, target, strlen(target)), outside
    };
}

static int relations_start(struct xml *xml, void *context, int parent, struct xml_name name,
                           const char *const *attribute)
{
    if (name.space != XLSX_PACKAGE)
        return XML_NOTHING;
    if (parent == XML_OUTSIDE && strcmp(name.local, "Relationships") == 0)
        return RELATIONS_ALL;
    if (parent == RELATIONS_ALL && strcmp(name.local, "Relationship") == 0)
        relation_add(context, xml, attribute);
    return XML_NOTHING;
}

static const struct xml_grammar relations_grammar = {
    .space = xlsx_spaces, .space_count = XLSX_SPACES, .start = relations_start
};

static const struct relation *relation_of_kind(const struct relations *all, const char *kind)
{
    for (size_t i = 0; i < all->count; i++)
        if (!all->relation[i].outside && strcmp(all->relation[i].kind, kind) == 0)
            return &all->relation[i];
    return NULL;
}

static const struct relation *relation_find(const struct relations *all, const char *id)
{
    for (size_t i = 0; i < all->count; i++)
        if (strcmp(all->relation[i].id, id) == 0)
            return &all->relation[i];
    return NULL;
}

/* Names of parts. */

/* A target as seen from a folder ("xl", or ""), without "." and ".."; NULL: it leads out. */
static const char *resolve(struct arena *arena, const char *folder, const char *target)
{
    struct text from = text_of(arena_print(arena, "%s/%s", target[0] == '/' ? "" : folder,
                                           target));
    char *out = arena_take(arena, from.size + 2, 1);
    size_t used = 0;

    while (from.size > 0) {
        const char *slash = memchr(from.data, '/', from.size);
        struct text name = { from.data,
                             slash == NULL ? from.size : (size_t)(slash - from.data) };

        if (text_is(name, "..") && used == 0)
            return NULL;
        if (text_is(name, "..")) {
            do
                used--;
            while (used > 0 && out[used - 1] != '/');
        } else if (name.size > 0 && !text_is(name, ".")) {
            memcpy(out + used, name.data, name.size);
            used += name.size;
            out[used++] = '/';
        }
        from.data += name.size + (slash != NULL);
        from.size -= name.size + (slash != NULL);
    }
    out[used == 0 ? 0 : used - 1] = '\0';
    return out;
}

/* Names of parts do not know upper from lower case (ECMA-376 part 2, 9.1.1.1). */
static const char *find_part(const struct zip_archive *archive, const char *name)
{
    if (zip_entry_find(archive, name) != NULL)
        return name;
    for (size_t i = 0; i < archive->count; i++)
        if (strcasecmp(archive->entry[i].name, name) == 0)
            return archive->entry[i].name;
    return NULL;
}

struct package {
    struct xml_memory        *memory;
    const struct zip_archive *archive;
    struct source            *source;
    const char               *workbook;    /* the part */
    const char               *folder;      /* it stands in, without the last '/' */
};

/* What a relationship of the workbook leads to; NULL with a message. */
static const char *target_part(const struct package *package, const struct relation *relation,
                               struct trouble *trouble)
{
    const char *name = resolve(package->memory->arena, package->folder, relation->target);
    const char *part = name == NULL ? NULL : find_part(package->archive, name);

    if (part == NULL)
        (void)fail(trouble, ERR_CHECK, "%s: the workbook names the part '%s', which is not there",
                   package->archive->path, relation->target);
    return part;
}

static enum err read_relations(const struct package *package, const char *folder,
                               const char *name, struct relations *out, struct trouble *trouble)
{
    const char *path = package->archive->path;
    const char *wanted = arena_print(package->memory->arena, "%s%s_rels/%s.rels", folder,
                                     folder[0] == '\0' ? "" : "/", name);
    const char *part = find_part(package->archive, wanted);

    if (part == NULL)
        return fail(trouble, ERR_CHECK, "%s: not a whole workbook: it has no part %s", path,
                    wanted);
    return xml_read_part(package->memory, package->source, path, part, &relations_grammar, out,
                         trouble);
}

/* The workbook. */

struct workbook_reading {
    struct xlsx_parts      *parts;
    const struct relations *relations;
};

enum { BOOK_ALL = XML_OWN, BOOK_SHEETS };

static bool is_true(const char *value)
{
    return value != NULL && (strcmp(value, "1") == 0 || strcmp(value, "true") == 0);
}

/* Until the relationships are resolved, a sheet's part is its target. */
static void sheet_add(struct workbook_reading *reading, struct xml *xml,
                      const char *const *attribute)
{
    struct sheet_list *sheets = &reading->parts->sheets;
    size_t before = sheets->count;
    const char *name = xml_attribute(xml, attribute, 0, "name");
    const char *id = xml_attribute(xml, attribute, XLSX_RELATION, "id");
    const struct relation *relation = id == NULL ? NULL
        : relation_find(reading->relations, id);

    if (relation == NULL) {
        xml_fail(xml, "the sheet '%.99s' leads nowhere", name == NULL ? "" : name);
        return;
    }
    if (strcmp(relation->kind, "worksheet") != 0)
        return;
    sheet_list_add(sheets, xml, name, relation->target);
    if (sheets->count == before)
        return;
    char *copy = arena_copy(xml->memory->arena, name, strlen(name));
    copy[escapes_decode(copy, strlen(copy))] = '\0';
    sheets->sheet[before].name = copy;
}

static int book_start(struct xml *xml, void *context, int parent, struct xml_name name,
                      const char *const *attribute)
{
    struct workbook_reading *reading = context;

    if (parent == XML_OUTSIDE && (name.space != XLSX_MAIN || strcmp(name.local, "workbook") != 0))
        xml_fail(xml, "this is no workbook");
    if (name.space != XLSX_MAIN)
        return XML_NOTHING;
    if (parent == XML_OUTSIDE)
        return BOOK_ALL;
    if (parent == BOOK_ALL && strcmp(name.local, "sheets") == 0)
        return BOOK_SHEETS;
    if (parent == BOOK_ALL && strcmp(name.local, "workbookPr") == 0)
        reading->parts->epoch_1904 = is_true(xml_attribute(xml, attribute, 0, "date1904"));
    if (parent == BOOK_SHEETS && strcmp(name.local, "sheet") == 0)
        sheet_add(reading, xml, attribute);
    return XML_NOTHING;
}

static const struct xml_grammar book_grammar = {
    .space = xlsx_spaces, .space_count = XLSX_SPACES, .start = book_start
};

/* Styles: the formats that the file defines, then for each style the number of its format. The
 * numbers are looked up in the end, since a file may turn the order round. */

struct own_format {
    uint64_t id;
    uint64_t format;    /* enum number_format */
};

struct styles_reading {
    struct own_format *own;
    uint64_t          *style;
    size_t             own_count, style_count;
};

enum { STYLES_ALL = XML_OWN, STYLES_FORMATS, STYLES_CELLS };

static uint64_t format_id(struct xml *xml, const char *const *attribute)
{
    const char *text = xml_attribute(xml, attribute, 0, "numFmtId");
    uint64_t id;

    return text != NULL && xml_whole(text_of(text), UINT32_MAX, &id) ? id : 0;
}

static void format_add(struct styles_reading *reading, struct xml *xml,
                       const char *const *attribute)
{
    const char *code = xml_attribute(xml, attribute, 0, "formatCode");

    if (code == NULL || reading->own_count == STYLES_MAX) {
        xml_fail(xml, "a number format without a code, or more than %d", STYLES_MAX);
        return;
    }
    reading->own[reading->own_count++] = (struct own_format){
        format_id(xml, attribute), number_format_of(text_of(code))
    };
}

static void style_add(struct styles_reading *reading, struct xml *xml,
                      const char *const *attribute)
{
    if (reading->style_count == STYLES_MAX) {
        xml_fail(xml, "more than %d styles", STYLES_MAX);
        return;
    }
    reading->style[reading->style_count++] = format_id(xml, attribute);
}

static int styles_start(struct xml *xml, void *context, int parent, struct xml_name name,
                        const char *const *attribute)
{
    if (parent == XML_OUTSIDE
        && (name.space != XLSX_MAIN || strcmp(name.local, "styleSheet") != 0))
        xml_fail(xml, "these are no styles");
    if (name.space != XLSX_MAIN)
        return XML_NOTHING;
    if (parent == XML_OUTSIDE)
        return STYLES_ALL;
    if (parent == STYLES_ALL && strcmp(name.local, "numFmts") == 0)
        return STYLES_FORMATS;
    if (parent == STYLES_ALL && strcmp(name.local, "cellXfs") == 0)
        return STYLES_CELLS;
    if (parent == STYLES_FORMATS && strcmp(name.local, "numFmt") == 0)
        format_add(context, xml, attribute);
    if (parent == STYLES_CELLS && strcmp(name.local, "xf") == 0)
        style_add(context, xml, attribute);
    return XML_NOTHING;
}

static const struct xml_grammar styles_grammar = {
    .space = xlsx_spaces, .space_count = XLSX_SPACES, .start = styles_start
};

static int compare_formats(const void *one, const void *other)
{
    uint64_t a = ((const struct own_format *)one)->id;
    uint64_t b = ((const struct own_format *)other)->id;

    return (a > b) - (a < b);
}

static enum number_format format_of_id(const struct styles_reading *reading, uint64_t id)
{
    const struct own_format wanted = { .id = id };
    const struct own_format *own = reading->own_count == 0 ? NULL
        : bsearch(&wanted, reading->own, reading->own_count, sizeof wanted, compare_formats);

    return own == NULL ? number_format_builtin(id) : (enum number_format)own->format;
}

static enum err read_styles(struct xlsx_styles *out, const struct package *package,
                            const char *part, struct trouble *trouble)
{
    struct arena *arena = package->memory->arena;
    struct styles_reading reading = {
        .own = arena_take(arena, STYLES_MAX, sizeof *reading.own),
        .style = arena_take(arena, STYLES_MAX, sizeof *reading.style),
    };
    enum err err = xml_read_part(package->memory, package->source, package->archive->path, part,
                                 &styles_grammar, &reading, trouble);

    if (err != OK)
        return err;
    if (reading.own_count > 1)
        qsort(reading.own, reading.own_count, sizeof *reading.own, compare_formats);
    out->format = arena_take(arena, reading.style_count, 1);
    out->count = reading.style_count;
    for (size_t i = 0; i < out->count; i++)
        out->format[i] = (unsigned char)format_of_id(&reading, reading.style[i]);
    return OK;
}

enum number_format xlsx_style_format(const struct xlsx_styles *styles, uint64_t style)
{
    return style < styles->count ? (enum number_format)styles->format[style] : NUMBER_PLAIN;
}

/* All of it. */

/* Which part is the workbook, and the folder that its targets are seen from. */
static enum err find_workbook(struct package *package, struct trouble *trouble)
{
    struct arena *arena = package->memory->arena;
    const char *path = package->archive->path;
    struct relations relations = { .count = 0 };
    enum err err = read_relations(package, "", "", &relations, trouble);

    if (err != OK)
        return err;
    const struct relation *relation = relation_of_kind(&relations, "officeDocument");
    if (relation == NULL)
        return fail(trouble, ERR_CHECK, "%s: an archive of parts, but none is a workbook", path);
    package->folder = "";
    package->workbook = target_part(package, relation, trouble);
    if (package->workbook == NULL)
        return ERR_CHECK;
    size_t size = strlen(package->workbook);
    if (size > 4 && strcasecmp(package->workbook + size - 4, ".bin") == 0)
        return fail(trouble, ERR_CHECK, "%s: looks like a binary workbook (.xlsb), which is not "
                    "read here: save it as .xlsx or CSV", path);
    const char *slash = strrchr(package->workbook, '/');
    if (slash != NULL)
        package->folder = arena_copy(arena, package->workbook,
                                     (size_t)(slash - package->workbook));
    return OK;
}

static enum err resolve_targets(struct xlsx_parts *parts, const struct package *package,
                                const struct relations *relations, struct trouble *trouble)
{
    const struct relation *strings = relation_of_kind(relations, "sharedStrings");
    const struct relation *styles = relation_of_kind(relations, "styles");

    for (size_t i = 0; i < parts->sheets.count; i++) {
        const struct relation target = { .target = parts->sheets.sheet[i].part };
        parts->sheets.sheet[i].part = target_part(package, &target, trouble);
        if (parts->sheets.sheet[i].part == NULL)
            return ERR_CHECK;
    }
    if (strings != NULL
        && (parts->strings = target_part(package, strings, trouble)) == NULL)
        return ERR_CHECK;
    if (styles == NULL)
        return OK;
    const char *part = target_part(package, styles, trouble);
    return part == NULL ? ERR_CHECK : read_styles(&parts->styles, package, part, trouble);
}

enum err xlsx_parts_read(struct xlsx_parts *parts, struct xml_memory *memory,
                         const struct zip_archive *archive, struct source *source,
                         struct trouble *trouble)
{
    struct package package = { .memory = memory, .archive = archive, .source = source };
    struct relations relations = { .count = 0 };
    struct workbook_reading reading = { parts, &relations };
    enum err err = find_workbook(&package, trouble);

    if (err != OK)
        return err;
    assert(package.workbook != NULL);
    const char *slash = strrchr(package.workbook, '/');
    err = read_relations(&package, package.folder, slash == NULL ? package.workbook : slash + 1,
                         &relations, trouble);
    if (err == OK)
        err = xml_read_part(memory, source, archive->path, package.workbook, &book_grammar,
                            &reading, trouble);
    return err == OK ? resolve_targets(parts, &package, &relations, trouble) : err;
}

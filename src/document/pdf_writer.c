#include "document/pdf_writer.h"

#include <assert.h>
#include <cairo-pdf.h>
#include <pango/pangocairo.h>
#include <stdio.h>

#include "document/pdf_finish.h"

/* Points; the origin is the upper left corner. */
#define PAGE_WIDE 595
#define PAGE_HIGH 842
#define MARGIN 56
#define WIDE (PAGE_WIDE - 2 * MARGIN)
#define BOTTOM (PAGE_HIGH - 64)
#define FOOT (PAGE_HIGH - 44)
#define NUMBER_WIDE 40      /* where the number of a paragraph stands */
#define CELL_GAP 8
#define TEXT_POINTS 12
#define SMALL_POINTS 8
#define COLUMNS_MOST 16
#define TAGS_MOST 8
#define FONT "Liberation Sans"

struct pen {
    const struct document *document;
    struct arena          *arena;
    cairo_surface_t       *surface;
    cairo_t               *cairo;
    PangoContext          *context;
    PangoLayout           *layout;
    int                    y;           /* the next free line */
    int                    page, pages;
    bool                   in_list;     /* the element that list items stand in is open */
    const char            *open[TAGS_MOST];     /* the tags that are, from the outermost */
    size_t                 opened;
    bool                   finished;
    bool                   failed;      /* no memory: what cairo writes is dropped */
    char                  *bytes;
    size_t                 size, room;
};

/* --- words --- */

/* Every letter by itself: a ligature would be marked as something else than text. */
static PangoLayout *plain_layout(PangoContext *context)
{
    PangoLayout *layout = pango_layout_new(context);
    PangoAttrList *attributes = pango_attr_list_new();

    pango_attr_list_insert(attributes, pango_attr_font_features_new("liga=0, clig=0"));
    pango_layout_set_attributes(layout, attributes);
    pango_attr_list_unref(attributes);
    return layout;
}

/* Sets the layout: `points` high, within `width` points. */
static void set_words(struct pen *pen, struct text words, int points, bool bold, int width)
{
    PangoFontDescription *font = pango_font_description_new();

    pango_font_description_set_family_static(font, FONT);
    pango_font_description_set_size(font, points * PANGO_SCALE);
    pango_font_description_set_weight(font, bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    pango_layout_set_font_description(pen->layout, font);
    pango_font_description_free(font);
    pango_layout_set_width(pen->layout, width < 0 ? -1 : width * PANGO_SCALE);
    pango_layout_set_wrap(pen->layout, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_alignment(pen->layout, PANGO_ALIGN_LEFT);
    pango_layout_set_text(pen->layout, words.data, (int)words.size);
}

/* Of what the layout holds, rounded up. */
static int layout_high(struct pen *pen)
{
    int high;

    pango_layout_get_size(pen->layout, NULL, &high);
    return PANGO_PIXELS_CEIL(high);
}

static int layout_wide(struct pen *pen)
{
    int across;

    pango_layout_get_size(pen->layout, &across, NULL);
    return PANGO_PIXELS_CEIL(across);
}

static void show_at(struct pen *pen, int x, int y)
{
    cairo_move_to(pen->cairo, x, y);
    pango_cairo_show_layout(pen->cairo, pen->layout);
}

static void tag(struct pen *pen, const char *name)
{
    assert(pen->opened < TAGS_MOST);
    pen->open[pen->opened++] = name;
    cairo_tag_begin(pen->cairo, name, NULL);
}

static void untag(struct pen *pen, const char *name)
{
    assert(pen->opened > 0 && strcmp(pen->open[pen->opened - 1], name) == 0);
    pen->opened--;
    cairo_tag_end(pen->cairo, name);
}

static void rule(struct pen *pen, int y)
{
    cairo_rectangle(pen->cairo, MARGIN, y, WIDE, 1);
    cairo_fill(pen->cairo);
}

/* --- pages --- */

static void foot(struct pen *pen)
{
    const struct text number = text_of(arena_print(pen->arena, "Page %d of %d", pen->page,
                                                   pen->pages));

    rule(pen, FOOT - 6);
    set_words(pen, pen->document->footer, 9, false, WIDE - 90);
    pango_layout_set_height(pen->layout, -2);
    pango_layout_set_ellipsize(pen->layout, PANGO_ELLIPSIZE_END);
    show_at(pen, MARGIN, FOOT);
    pango_layout_set_ellipsize(pen->layout, PANGO_ELLIPSIZE_NONE);
    pango_layout_set_height(pen->layout, -1);
    set_words(pen, number, 9, false, WIDE);
    pango_layout_set_alignment(pen->layout, PANGO_ALIGN_RIGHT);
    show_at(pen, MARGIN, FOOT);
}

static void next_page(struct pen *pen)
{
    foot(pen);
    cairo_show_page(pen->cairo);
    pen->page++;
    pen->y = MARGIN;
}

/* Is there room for so much? A new page if not. */
static bool make_room(struct pen *pen, int high)
{
    if (pen->y + high <= BOTTOM || pen->y == MARGIN)
        return true;
    next_page(pen);
    return false;
}

/* What the layout holds, in one piece, or, when no page has so much room, line by line. */
static void flow(struct pen *pen, int x)
{
    const int lines = pango_layout_get_line_count(pen->layout);
    const int high = layout_high(pen);

    if (high <= BOTTOM - MARGIN) {
        (void)make_room(pen, high);
        show_at(pen, x, pen->y);
        pen->y += high;
        return;
    }
    for (int i = 0; i < lines; i++) {
        PangoLayoutLine *line = pango_layout_get_line_readonly(pen->layout, i);
        PangoRectangle rectangle;
        pango_layout_line_get_extents(line, NULL, &rectangle);
        if (pen->y + PANGO_PIXELS_CEIL(rectangle.height) > BOTTOM) {
            PangoLayout *kept = g_object_ref(pen->layout);
            pen->layout = plain_layout(pen->context);
            next_page(pen);
            g_object_unref(pen->layout);
            pen->layout = kept;
        }
        cairo_move_to(pen->cairo, x, pen->y + PANGO_PIXELS(PANGO_ASCENT(rectangle)));
        pango_cairo_show_layout_line(pen->cairo, line);
        pen->y += PANGO_PIXELS_CEIL(rectangle.height);
    }
}

static void bookmark(struct pen *pen, const char *words)
{
    const char *place = arena_print(pen->arena, "page=%d pos=[%d %d]", pen->page, MARGIN,
                                    pen->y);

    (void)cairo_pdf_surface_add_outline(pen->surface, CAIRO_PDF_OUTLINE_ROOT, words, place, 0);
}

/* --- blocks --- */

static void title_block(struct pen *pen)
{
    const struct document *document = pen->document;

    tag(pen, "H1");
    set_words(pen, document->title, 20, true, WIDE);
    flow(pen, MARGIN);
    untag(pen, "H1");
    pen->y += 8;
    for (size_t i = 0; i < document->facts; i++) {
        const struct document_fact *fact = &document->fact[i];
        tag(pen, "P");
        set_words(pen, text_of(arena_print(pen->arena, "%s: %.*s", fact->label,
                                           TEXT(fact->value))), TEXT_POINTS, false, WIDE);
        flow(pen, MARGIN);
        untag(pen, "P");
        pen->y += 2;
    }
    pen->y += 6;
}

static void section(struct pen *pen, const struct document_block *block)
{
    const char *words = arena_print(pen->arena, "%.*s  %.*s", TEXT(block->number),
                                    TEXT(block->words));

    pen->y += 10;
    set_words(pen, text_of(words), 15, true, WIDE);
    (void)make_room(pen, layout_high(pen) + 60);    /* not alone at the end of a page */
    set_words(pen, text_of(words), 15, true, WIDE);
    bookmark(pen, words);
    tag(pen, "H2");
    flow(pen, MARGIN);
    untag(pen, "H2");
    pen->y += 6;
}

/* A number in the margin's place, and words beside it: both text of the document. */
static void numbered(struct pen *pen, const struct document_block *block, int x)
{
    const bool item = block->kind == DOCUMENT_ITEM;

    set_words(pen, block->words, TEXT_POINTS, false, MARGIN + WIDE - x - NUMBER_WIDE);
    (void)make_room(pen, layout_high(pen));
    tag(pen, item ? "LI" : "P");
    if (item)
        tag(pen, "Lbl");
    /* The blank parts the two for who hears or copies them. */
    set_words(pen, text_of(arena_print(pen->arena, "%.*s ", TEXT(block->number))), TEXT_POINTS,
              false, NUMBER_WIDE);
    show_at(pen, x, pen->y);
    if (item) {
        untag(pen, "Lbl");
        tag(pen, "LBody");
    }
    set_words(pen, block->words, TEXT_POINTS, false, MARGIN + WIDE - x - NUMBER_WIDE);
    flow(pen, x + NUMBER_WIDE);
    if (item)
        untag(pen, "LBody");
    untag(pen, item ? "LI" : "P");
    pen->y += 6;
}

static void note(struct pen *pen, const struct document_block *block)
{
    tag(pen, "P");
    set_words(pen, block->words, 10, false, WIDE);
    flow(pen, MARGIN);
    untag(pen, "P");
    pen->y += 8;
}

/* --- tables --- */

struct columns {
    int at[COLUMNS_MOST], wide[COLUMNS_MOST];
    int points;
};

static struct text shown(struct pen *pen, const struct document_table *table, size_t cell)
{
    return document_shown(pen->arena, table->column[cell % table->columns].kind,
                          &table->cell[cell]);
}

/* The longest word's width, and the whole text's on one line. */
static void measure(struct pen *pen, struct text words, int points, bool bold, int *least,
                    int *most)
{
    size_t from = 0;

    set_words(pen, words, points, bold, -1);
    if (layout_wide(pen) > *most)
        *most = layout_wide(pen);
    for (size_t i = 0; i <= words.size; i++) {
        if (i < words.size && words.data[i] != ' ')
            continue;
        set_words(pen, (struct text){ words.data + from, i - from }, points, bold, -1);
        if (layout_wide(pen) > *least)
            *least = layout_wide(pen);
        from = i + 1;
    }
}

static void measure_column(struct pen *pen, const struct document_table *table, size_t column,
                           int points, int *least, int *most)
{
    *least = 0;
    *most = 0;
    measure(pen, text_of(table->column[column].head), points, true, least, most);
    for (size_t row = 0; row < document_rows(table); row++)
        measure(pen, shown(pen, table, row * table->columns + column), points,
                row + 1 == document_rows(table), least, most);
    /* An amount and a day are not broken. */
    if (table->column[column].kind == DOCUMENT_MONEY ||
        table->column[column].kind == DOCUMENT_DAY)
        *least = *most;
}

static bool is_figure(const struct document_table *table, size_t column)
{
    return table->column[column].kind == DOCUMENT_MONEY ||
           table->column[column].kind == DOCUMENT_NUMBER;
}

/* Gives every column what it needs, and what is left to those whose words would be broken.
 * False: at this size not even the longest words find room. */
static bool fit(struct pen *pen, const struct document_table *table, int points,
                struct columns *columns)
{
    int least[COLUMNS_MOST] = { 0 }, most[COLUMNS_MOST] = { 0 };
    const int room = WIDE - CELL_GAP * ((int)table->columns - 1);
    int needed = 0, wanted = 0, texts = 0, x = MARGIN;

    assert(table->columns <= COLUMNS_MOST);
    for (size_t i = 0; i < table->columns; i++) {
        measure_column(pen, table, i, points, &least[i], &most[i]);
        needed += least[i];
        wanted += most[i];
        texts += is_figure(table, i) ? 0 : 1;
    }
    for (size_t i = 0; i < table->columns; i++) {
        if (wanted <= room)
            columns->wide[i] = most[i] + (is_figure(table, i) || texts == 0
                                              ? 0 : (room - wanted) / texts);
        else if (needed <= room)
            columns->wide[i] = least[i] + (room - needed) * (most[i] - least[i]) /
                                              (wanted - needed);
        else
            columns->wide[i] = room * least[i] / needed;
        columns->at[i] = x;
        x += columns->wide[i] + CELL_GAP;
    }
    columns->points = points;
    return needed <= room;
}

static int cell_high(struct pen *pen, const struct columns *columns, size_t column,
                     struct text words, bool bold)
{
    set_words(pen, words, columns->points, bold, columns->wide[column]);
    return layout_high(pen);
}

static void show_cell(struct pen *pen, const struct document_table *table,
                      const struct columns *columns, size_t column, struct text words, bool bold)
{
    set_words(pen, words, columns->points, bold, columns->wide[column]);
    if (is_figure(table, column))
        pango_layout_set_alignment(pen->layout, PANGO_ALIGN_RIGHT);
    show_at(pen, columns->at[column], pen->y);
}

static int heads_high(struct pen *pen, const struct document_table *table,
                      const struct columns *columns)
{
    int high = 0;

    for (size_t i = 0; i < table->columns; i++) {
        const int cell = cell_high(pen, columns, i, text_of(table->column[i].head), true);
        high = cell > high ? cell : high;
    }
    return high;
}

/* `tagged` false: on a further page, where they are decoration. */
static void show_heads(struct pen *pen, const struct document_table *table,
                       const struct columns *columns, bool tagged)
{
    const int high = heads_high(pen, table, columns);

    if (tagged)
        tag(pen, "TR");
    for (size_t i = 0; i < table->columns; i++) {
        if (tagged)
            tag(pen, "TH");
        show_cell(pen, table, columns, i, text_of(table->column[i].head), true);
        if (tagged)
            untag(pen, "TH");
    }
    if (tagged)
        untag(pen, "TR");
    pen->y += high + 2;
    rule(pen, pen->y);
    pen->y += 4;
}

static int row_high(struct pen *pen, const struct document_table *table,
                    const struct columns *columns, size_t row, bool bold)
{
    int high = 0;

    for (size_t i = 0; i < table->columns; i++) {
        const int cell = cell_high(pen, columns, i,
                                   shown(pen, table, row * table->columns + i), bold);
        high = cell > high ? cell : high;
    }
    return high;
}

static void show_row(struct pen *pen, const struct document_table *table,
                     const struct columns *columns, size_t row)
{
    const bool sum = table->sum && row + 1 == document_rows(table);
    const int high = row_high(pen, table, columns, row, sum);

    if (!make_room(pen, high + 4))
        show_heads(pen, table, columns, false);
    if (sum) {
        rule(pen, pen->y);
        pen->y += 3;
    }
    tag(pen, "TR");
    for (size_t i = 0; i < table->columns; i++) {
        tag(pen, i == 0 ? "TH" : "TD");
        show_cell(pen, table, columns, i, shown(pen, table, row * table->columns + i), sum);
        untag(pen, i == 0 ? "TH" : "TD");
    }
    untag(pen, "TR");
    pen->y += high + 3;
}

static void table(struct pen *pen, const struct document_table *table)
{
    struct columns columns = { .points = TEXT_POINTS };

    for (int points = TEXT_POINTS; points >= SMALL_POINTS; points--)
        if (fit(pen, table, points, &columns))
            break;
    pen->y += 4;
    set_words(pen, text_of(table->caption), TEXT_POINTS, true, WIDE);
    (void)make_room(pen, layout_high(pen) + heads_high(pen, table, &columns) + 40);
    tag(pen, "Table");
    tag(pen, "Caption");
    set_words(pen, text_of(table->caption), TEXT_POINTS, true, WIDE);
    flow(pen, MARGIN);
    untag(pen, "Caption");
    pen->y += 4;
    tag(pen, "THead");
    show_heads(pen, table, &columns, true);
    untag(pen, "THead");
    tag(pen, "TBody");
    for (size_t row = 0; row < document_rows(table); row++)
        show_row(pen, table, &columns, row);
    untag(pen, "TBody");
    untag(pen, "Table");
    pen->y += 10;
}

/* --- bars --- */

/* Full for amounts owed, outlined for those below zero: never told by colour. */
static void bar(struct pen *pen, int x, int width, bool below)
{
    if (below) {
        cairo_rectangle(pen->cairo, x, pen->y + 2, width < 1 ? 1 : width, 10);
        cairo_set_line_width(pen->cairo, 1);
        cairo_stroke(pen->cairo);
    } else {
        cairo_rectangle(pen->cairo, x, pen->y + 2, width < 1 ? 1 : width, 10);
        cairo_fill(pen->cairo);
    }
}

static void bars(struct pen *pen, const struct document_block *block)
{
    const struct document_table *table = block->table;
    const size_t rows = document_rows(table) - (table->sum ? 1 : 0);
    const wide largest = document_largest(block);

    (void)make_room(pen, (int)rows * 18 + 4);
    tag(pen, "Figure");
    for (size_t row = 0; row < rows; row++) {
        const wide figure = table->cell[row * table->columns + block->column].number;
        const wide size = figure < 0 ? -figure : figure;
        (void)make_room(pen, 18);
        set_words(pen, shown(pen, table, row * table->columns), 10, false, 150);
        pango_layout_set_ellipsize(pen->layout, PANGO_ELLIPSIZE_END);
        show_at(pen, MARGIN, pen->y);
        pango_layout_set_ellipsize(pen->layout, PANGO_ELLIPSIZE_NONE);
        bar(pen, MARGIN + 160, largest == 0 ? 1 : (int)(size * 220 / largest), figure < 0);
        set_words(pen, document_pounds(pen->arena, figure), 10, false, -1);
        show_at(pen, MARGIN + 390, pen->y);
        pen->y += 18;
    }
    untag(pen, "Figure");
    pen->y += 8;
}

/* --- the whole --- */

static void list_state(struct pen *pen, bool item)
{
    if (item && !pen->in_list)
        tag(pen, "L");
    else if (!item && pen->in_list)
        untag(pen, "L");
    pen->in_list = item;
}

static void show_block(struct pen *pen, const struct document_block *block)
{
    list_state(pen, block->kind == DOCUMENT_ITEM);
    switch (block->kind) {
    case DOCUMENT_SECTION: section(pen, block); break;
    case DOCUMENT_PARAGRAPH: numbered(pen, block, MARGIN); break;
    case DOCUMENT_ITEM: numbered(pen, block, MARGIN + NUMBER_WIDE); break;
    case DOCUMENT_TABLE: table(pen, block->table); break;
    case DOCUMENT_BARS: bars(pen, block); break;
    case DOCUMENT_NOTE: note(pen, block); break;
    }
}

/* No jump through cairo, which would not know that it was left; and no failure that it is told of:
 * cairo 1.16 reads what is not there when it ends a file that it could not write. */
static cairo_status_t take(void *context, const unsigned char *bytes, unsigned size)
{
    struct pen *pen = context;

    if (pen->failed)
        return CAIRO_STATUS_SUCCESS;
    ARENA_KEEP(outer, pen->arena);
    if (ARENA_GUARD(pen->arena)) {
        pen->failed = true;
        return CAIRO_STATUS_SUCCESS;
    }
    if (size > pen->room - pen->size) {
        pen->room = 2 * pen->room + size + 65536;
        pen->bytes = arena_grow(pen->arena, pen->bytes, pen->size, pen->room, 1);
    }
    memcpy(pen->bytes + pen->size, bytes, size);
    pen->size += size;
    return CAIRO_STATUS_SUCCESS;
}

static void open_pen(struct pen *pen, PangoFontMap *fonts)
{
    cairo_font_options_t *options = cairo_font_options_create();

    pen->surface = cairo_pdf_surface_create_for_stream(take, pen, PAGE_WIDE, PAGE_HIGH);
    pen->cairo = cairo_create(pen->surface);
    pen->context = pango_font_map_create_context(fonts);
    pango_cairo_context_set_resolution(pen->context, 72);
    pango_context_set_language(pen->context, pango_language_from_string("en-gb"));
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    pango_cairo_context_set_font_options(pen->context, options);
    cairo_font_options_destroy(options);
    pen->layout = plain_layout(pen->context);
    pen->y = MARGIN;
    pen->page = 1;
    pen->finished = false;
}

static void close_pen(struct pen *pen)
{
    if (pen->layout == NULL)
        return;
    /* After a failure: not left within a tag or a page either. */
    while (pen->opened > 0)
        untag(pen, pen->open[pen->opened - 1]);
    if (!pen->finished)
        cairo_show_page(pen->cairo);
    g_object_unref(pen->layout);
    g_object_unref(pen->context);
    cairo_destroy(pen->cairo);
    cairo_surface_destroy(pen->surface);
    pen->layout = NULL;
}

static void metadata(struct pen *pen)
{
    const struct document *document = pen->document;
    char moment[PDF_MOMENT_SIZE];

    pdf_moment(document->made, moment);
    cairo_pdf_surface_set_metadata(pen->surface, CAIRO_PDF_METADATA_TITLE,
                                   arena_copy(pen->arena, document->title.data,
                                              document->title.size));
    cairo_pdf_surface_set_metadata(pen->surface, CAIRO_PDF_METADATA_CREATOR,
                                   "Ochil " OCHIL_VERSION);
    cairo_pdf_surface_set_metadata(pen->surface, CAIRO_PDF_METADATA_CREATE_DATE, moment);
    cairo_pdf_surface_set_metadata(pen->surface, CAIRO_PDF_METADATA_MOD_DATE, moment);
}

static enum err draw(struct pen *pen, PangoFontMap *fonts, struct trouble *trouble)
{
    open_pen(pen, fonts);
    metadata(pen);
    tag(pen, "Document");
    title_block(pen);
    for (size_t i = 0; i < pen->document->blocks; i++)
        show_block(pen, &pen->document->block[i]);
    list_state(pen, false);
    untag(pen, "Document");
    foot(pen);
    cairo_show_page(pen->cairo);
    cairo_surface_finish(pen->surface);
    pen->finished = true;
    const cairo_status_t status = cairo_status(pen->cairo) != CAIRO_STATUS_SUCCESS
                                      ? cairo_status(pen->cairo)
                                      : cairo_surface_status(pen->surface);
    if (pen->failed)
        return fail(trouble, ERR_IO, "out of memory");
    return status == CAIRO_STATUS_SUCCESS
               ? OK : fail(trouble, ERR_IO, "PDF: %s", cairo_status_to_string(status));
}

/* The font itself, not one that was found in its place. */
static enum err font_is_there(PangoFontMap *fonts, struct trouble *trouble)
{
    PangoFontFamily *family = pango_font_map_get_family(fonts, FONT);

    if (family == NULL || strcmp(pango_font_family_get_name(family), FONT) != 0)
        return fail(trouble, ERR_IO, "the font %s is not installed (Debian: fonts-liberation)",
                    FONT);
    return OK;
}

/* Twice: how many pages there are is known after the first time. */
static enum err draw_twice(struct pen *pen, PangoFontMap *fonts, struct trouble *trouble)
{
    enum err err = font_is_there(fonts, trouble);

    if (err == OK)
        err = draw(pen, fonts, trouble);
    if (err != OK)
        return err;
    close_pen(pen);
    pen->pages = pen->page;
    pen->size = 0;
    return draw(pen, fonts, trouble);
}

enum err pdf_write(const struct document *document, struct arena *arena, struct text *bytes,
                   struct trouble *trouble)
{
    struct pen *pen = arena_take(arena, 1, sizeof *pen);

    assert(document_ok(document));
    pen->document = document;
    pen->arena = arena;
    PangoFontMap *fonts = pango_cairo_font_map_new();
    enum err err;
    {
        ARENA_KEEP(outer, arena);
        /* What the two libraries hold is not the arena's. */
        if (ARENA_GUARD(arena)) {
            pen->failed = true;
            close_pen(pen);
            g_object_unref(fonts);
            return fail(trouble, ERR_IO, "out of memory");
        }
        err = draw_twice(pen, fonts, trouble);
    }
    close_pen(pen);
    g_object_unref(fonts);
    if (err != OK)
        return err;
    return pdf_finish(document, arena, (struct text){ pen->bytes, pen->size }, bytes, trouble);
}

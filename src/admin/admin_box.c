#include "admin/admin_box.h"

void box_table_begin(struct html *h, const char *caption, const char *const head[], size_t count)
{
    (void)html_begin(h, "div");
    LitAttr(h, "class", "scroll");
    LitAttr(h, "tabindex", "0");
    LitAttr(h, "role", "region");
    LitAttr(h, "aria-label", "Table");
    (void)html_begin(h, "table");
    El(h, "caption") html_text(h, text_of(caption));
    El(h, "thead") El(h, "tr") for (size_t i = 0; i < count; i++)
        page_head(h, head[i]);
    (void)html_begin(h, "tbody");
}

void box_table_end(struct html *h)
{
    (void)html_end(h, "tbody");
    (void)html_end(h, "table");
    (void)html_end(h, "div");
}

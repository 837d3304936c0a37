#include "admin/admin_box.h"

void box_table_begin(struct html *h, const char *caption, const char *const head[], size_t count)
{
    (void)html_begin(h, "div");
    LitAttr(h, "class", "scroll");
    LitAttr(h, "tabindex", "0");
    LitAttr(h, "role", "region");
    LitAttr(h, "aria-label", "Table");
    (void)html_begin(h, "table");
    El(h, "caption") html_phrase(h, text_of(caption));
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

void box_role(struct html *h, enum role role, struct text service)
{
    html_phrase(h, text_of(role_title(role)));
    if (service.size > 0) {
        Lit(h, " for ");
        html_text(h, service);
    }
}

void box_service_field(struct request *request, struct html *h, const struct field *field,
                       const struct services *services)
{
    struct choice *choice = arena_take(request->arena, services->count + 1, sizeof *choice);

    for (size_t i = 0; i < services->count; i++) {
        const struct text name = services->service[i].name;
        const char *words = arena_copy(request->arena, name.data, name.size);
        choice[i] = (struct choice){ words, words };
    }
    page_choice_field(h, field, "All", choice, services->count);
}

enum err box_services(struct request *request, struct tx *tx, struct services *out,
                      struct trouble *trouble)
{
    return services_read(tx, request->arena, request->council,
                         day_of(request->happening.now), out, trouble);
}

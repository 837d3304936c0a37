#include "finance/finance_beside.h"

void beside_judge_days(const struct register_type *type, const struct entry *entry, size_t starts,
                       size_t ends, const char *wrong[])
{
    if (wrong[starts] == NULL && wrong[ends] == NULL && entry->field[ends].size > 0 &&
        field_number(&type->fields[ends], entry->field[ends]) <
            field_number(&type->fields[starts], entry->field[starts]))
        wrong[ends] = "this is before it begins.";
}

bool beside_code_next(struct text list, size_t *at, struct text *code)
{
    while (*at < list.size && is_one_of(list.data[*at], " ,\t"))
        (*at)++;
    const size_t begin = *at;
    while (*at < list.size && !is_one_of(list.data[*at], " ,\t"))
        (*at)++;
    *code = (struct text){ list.data + begin, *at - begin };
    return code->size > 0;
}

/*
 * register/register_call.h -- what the calls of any register take and give, made from its
 * declaration: a field that is added there is told by the API's document, taken and given without a
 * word more.
 */
#ifndef OCHIL_REGISTER_CALL_H
#define OCHIL_REGISTER_CALL_H

#include "web/api_field.h"

extern const struct api_call register_list_call, register_show_call, register_make_call,
    register_change_call, register_state_call, register_share_call, register_csv_call,
    register_json_call, register_xlsx_call, register_ods_call, register_atom_call,
    register_files_call, register_attach_call, register_file_call, register_detach_call;

#endif

/* What the pages of adding keys show. */
#ifndef KEYWHEEL_ADMIN_KEY_ADD_PAGE_H
#define KEYWHEEL_ADMIN_KEY_ADD_PAGE_H

struct json_object;
struct key_import;

/* The form; pool: the one that is chosen. The caller owns it. */
struct json_object *key_add_page_form(const char *pool);

/* Bad lines, into either page. */
void key_add_page_set_bad(
    struct json_object *data, const struct key_import *im);

/* What would become of the keys, which were sent dry; draft: their name. The
 * caller owns it. */
struct json_object *key_add_page_preview(
    const struct key_import *im, const char *draft);

#endif

/* A model as templates show it. */
#ifndef KEYWHEEL_ADMIN_MODEL_ROW_H
#define KEYWHEEL_ADMIN_MODEL_ROW_H

#include <stdbool.h>

struct buf;
struct json_object;
struct visit;

/* Append the name that the database has for what was asked for
 * ("models/x": x, "vertex-express/x": vertex/x). False: it is no name. */
bool model_row_name(const char *asked, struct buf *name);

/* The name without `vertex/`. */
const char *model_row_bare(const char *name);

/* The bits of enum model_can of a row of keywheel.model_list_page(). */
unsigned model_row_can(struct json_object *row);

/* Add to a row what a template shows of it: title, about, query (name=…), can
 * (messages), can_words, reads, gives (texts), input, output, heat, thinking,
 * the badge's level and label, and the numbers as texts, "" for 0. */
void model_row_shape(struct visit *v, struct json_object *row);

#endif

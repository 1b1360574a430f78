/* Settings as templates show them. */
#ifndef KEYWHEEL_ADMIN_SETTING_SHAPE_H
#define KEYWHEEL_ADMIN_SETTING_SHAPE_H

#include "admin/setting_form.h"

struct json_object;
struct visit;

/* What there is to know of all settings. */
struct setting_view {
	struct json_object *page; /* store_settings_page() */
	struct settings *now, *defaults;
	struct setting_form *form;
	struct json_object *warnings; /* {"NAME": sentence}; NULL: none */
};

/* Load it, with an empty form. False if the database or the memory failed.
 * Clear it either way. */
MUSTCHECK bool setting_view_load(struct setting_view *view, struct visit *v);
void setting_view_clear(struct setting_view *view);

/* Is something else in force than the default? */
bool setting_is_changed(const struct setting_view *view, enum setting_id id);

/* A setting that is on the form, for partials/setting.html; blank: how many
 * empty rows it has below its own. A member `warning`, a sentence, is shown
 * beside it. The caller owns it. */
struct json_object *setting_shape(
    struct setting_view *view, enum setting_id id, size_t blank);

/* A setting that is kept elsewhere (API_KEYS), and where. */
struct json_object *setting_shape_elsewhere(const struct setting_def *def);

/* {name, now, then, fresh (it is at its default now), hidden fields} of a whole
 * value on the form, for somebody to agree to: partials/setting_wish.html. */
struct json_object *setting_shape_wish(
    struct setting_view *view, enum setting_id id);

/* {at, by, words} of who changed it last; NULL: nobody. */
struct json_object *setting_shape_last(
    struct setting_view *view, enum setting_id id);

#endif

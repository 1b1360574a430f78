/* Saving what is on the form of the settings, as a whole or not at all. */
#ifndef KEYWHEEL_ADMIN_SETTING_SAVE_H
#define KEYWHEEL_ADMIN_SETTING_SAVE_H

#include "admin/setting_shape.h"
#include "base/attr.h"

struct visit;

#define SETTING_SAVE_MAX_FORM ((size_t)1024 * 1024)

enum setting_save {
	SETTING_SAVED,         /* or there was nothing to save */
	SETTING_SAVE_BAD,      /* the form says what is wrong with what */
	SETTING_SAVE_CONFLICT, /* somebody else has changed one of them */
	SETTING_SAVE_FAILED,   /* the database has */
};

/* Save it. The view is then what was found in the database. */
MUSTCHECK enum setting_save setting_save(
    struct visit *v, struct setting_view *view);

/* After SETTING_SAVED: to that page, which tells how many there were. */
void setting_save_go(
    struct visit *v, struct setting_view *view, const char *path);

/* After SETTING_SAVE_CONFLICT: a page that asks whose is to count. */
void setting_save_ask(struct visit *v, struct setting_view *view);

/* A page that asks whether to save what the form wishes (setting_form_wish());
 * source: of the history. data: has more members for the template, or NULL;
 * taken. */
void setting_save_confirm(struct visit *v, struct setting_view *view,
    const char *template, const char *source, struct json_object *data);

#endif

/* Values of settings, and who has changed them, as people see them. */
#include "admin/setting_shown.h"

#include <string.h>

#include "admin/setting_form.h"
#include "admin/setting_mask.h"
#include "admin/setting_value.h"
#include "admin/visit.h"
#include "base/json.h"
#include "base/text.h"

/* Bytes of a value that is not to be edited. */
#define MAX_SHOWN 20000

/* … that stands within a line. */
#define SHORT 60

static void
write_shown(enum setting_id id, const char *text, struct buf *out)
{
	if (setting_is_open(id, text))
		buf_str(out, text);
	else
		setting_mask(id, text, out);
}

void
setting_write_shown(
    enum setting_id id, const char *value, const char *between, struct buf *out)
{
	const struct setting_def *def = setting_def(id);
	if (!setting_form_has_rows(def)) {
		if (*value != '\0')
			write_shown(id, value, out);
		return;
	}
	struct json_object *rows = setting_value_rows(def, value);
	for (size_t i = 0; i < json_count(rows); i++) {
		struct json_object *row = json_at(rows, i);
		const char *key = json_get_text(row, "key");
		buf_fmt(out, "%s%s%s", i > 0 ? between : "",
		    key == NULL ? "" : key, key == NULL ? "" : ": ");
		write_shown(id, json_get_text(row, "value"), out);
	}
	json_object_put(rows);
}

void
setting_set_shown(struct json_object *o, const char *member, enum setting_id id,
    const char *value)
{
	struct json_object *shown = json_object_new_object();
	struct buf text;
	buf_init(&text, BUF_LARGE);
	if (value != NULL)
		setting_write_shown(id, value, "\n", &text);
	if (text.len > MAX_SHOWN) {
		buf_keep(&text, 0, text_cut(buf_cstr(&text), MAX_SHOWN));
		buf_str(&text, " …");
	}
	bool large = text.len > SHORT || strchr(buf_cstr(&text), '\n') != NULL;
	json_set_text(shown, "text", buf_cstr(&text));
	json_set_bool(shown, "usual", value == NULL);
	json_set_bool(shown, "empty", value != NULL && text.len == 0);
	json_set_bool(shown, "short", text.len > 0 && !large);
	json_set_bool(shown, "long", large);
	json_set(o, member, shown);
	buf_clear(&text);
}

const char *
setting_source_words(const char *source)
{
	static const struct {
		const char *source, *words;
	} table[] = {
	    {"page", ""},
	    {"import", N_("by an import on the page")},
	    {"undo", N_("by undoing a change")},
	    {"reset", N_("by a reset to the default")},
	    {"cli", N_("by the command keywheel set")},
	    {"env", N_("by the command keywheel load-env")},
	    {"gemini-balance",
		N_("by the command keywheel import-gemini-balance")},
	};
	for (size_t i = 0; i < COUNT_OF(table); i++)
		if (text_same(source, table[i].source))
			return table[i].words;
	return N_("in the database");
}

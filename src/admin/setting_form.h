/*
 * The form of the settings: what was typed, as values of settings. Its fields,
 * where NAME is a setting's, in the order of the page:
 *
 *   was.NAME     the setting is on the form; the mark of its value then
 *   v.NAME       the value, or that of one row of a list or map; the last of
 *                several counts where there are no rows
 *   k.NAME       before it: the name of the row (maps; a safety category)
 *   seal.NAME    before v: the secret that counts if v is empty
 *   drop.NAME    behind v: the row goes
 *   bulk.NAME    more rows, one a line; of a map as name=value or name: value
 *   clear.NAME   a secret is to be empty; the rows up to here go
 *   whole.NAME   instead of all those: the value as it is stored; sealed.NAME:
 *                the same, sealed
 *   take.NAME    theirs: what is stored stays
 *
 * Pure: what it needs to know comes as arguments.
 */
#ifndef KEYWHEEL_ADMIN_SETTING_FORM_H
#define KEYWHEEL_ADMIN_SETTING_FORM_H

#include "admin/setting_seal.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/setting.h"

struct json_object;
struct master_key;

/* One setting on the form. */
struct setting_draft {
	bool there;
	char was[SETTING_MARK + 1];
	bool whole; /* text is the value as it is stored */
	bool typed; /* of a secret: there is a new one */
	bool clear, theirs;
	bool nul;                 /* a NUL was in it, which no value holds */
	struct buf text;          /* what has no rows */
	struct json_object *rows; /* [{key, value}]; NULL: what has none */
	struct buf key, seal;     /* of the row that is being read */
	bool added;               /* the row that was read last is in rows */
	struct buf why;           /* what is wrong with it */
};

struct setting_form {
	const struct master_key *master;
	struct setting_draft drafts[SETTING__MAX];
};

/* NULL if memory runs out. */
struct setting_form *setting_form_new(const struct master_key *master);
void setting_form_free(struct setting_form *form);

/* Is it a list or a map, that is edited as rows? */
bool setting_form_has_rows(const struct setting_def *def);

/* Take what was posted. False if our pages post no such thing. */
MUSTCHECK bool setting_form_read(struct setting_form *form, const char *fields);

/* Put a setting with the value that it has on the form. */
void setting_form_fill(
    struct setting_form *form, enum setting_id id, const struct settings *now);
/* The same with another value, in canonical form, for somebody to agree to. */
void setting_form_wish(struct setting_form *form, enum setting_id id,
    const struct settings *now, const char *value);

/* A setting that came whole is to be edited: make rows of it. */
void setting_form_unfold(struct setting_form *form, enum setting_id id);

enum setting_verdict {
	SETTING_SAME,   /* nothing is to be done */
	SETTING_NEW,    /* it changes */
	SETTING_OTHERS, /* it would, but somebody else has changed it meanwhile
			 */
	SETTING_BAD,    /* why says what is wrong */
};

/* What becomes of a setting, now being what is in force. The value in
 * canonical form is appended to value, unless it is bad. */
enum setting_verdict setting_form_judge(struct setting_form *form,
    enum setting_id id, const struct settings *now, struct buf *value);

#endif

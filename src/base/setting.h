/*
 * The settings: one static table says of each its name (gemini-balance's
 * where it has one), type, default, range, group and a line of help. The
 * command line, the pages, the .env import, the manual and the validation
 * all come from it. A struct settings is one consistent set of values.
 */
#ifndef KEYWHEEL_BASE_SETTING_H
#define KEYWHEEL_BASE_SETTING_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"

enum setting_type {
	SETTING_BOOL,   /* true/1/yes/on, false/0/no/off, any case */
	SETTING_INT,    /* low <= n <= high */
	SETTING_NUMBER, /* decimal fraction, low <= x <= high */
	SETTING_TEXT,   /* any text */
	SETTING_URL,    /* http:// or https:// and a host */
	SETTING_CHOICE, /* one of the words in `choices`, any case */
	SETTING_LIST,   /* JSON list of strings, or strings with commas */
	SETTING_MAP,    /* JSON object of strings or numbers */
	SETTING_JSON,   /* any JSON list or object */
};

/* Where a name of the .env file goes. */
enum setting_home {
	SETTING_STORED,   /* a row of `settings` */
	SETTING_KEYS,     /* keys of a pool (API_KEYS) */
	SETTING_TOKENS,   /* tokens (ALLOWED_TOKENS, AUTH_TOKEN) */
	SETTING_OBSOLETE, /* accepted, without meaning here (MYSQL_HOST…) */
};

/*
 * The ids, in the order of the table: SETTING_ID_MAX_RETRIES and so on; the
 * list is base/setting_list.h, one S(NAME, type, default, low, high, choices,
 * group, home, in_force, help) a line.
 */
enum setting_id {
#define S(name, ...) SETTING_ID_##name,
#include "base/setting_list.h"
#undef S
	SETTING__MAX
};

/*
 * What `choices` holds: for a CHOICE the words to choose from, in canonical
 * spelling; for other types, which may have none (NULL), these marks:
 *   secret  to be shown masked only (so is all of SETTING_KEYS and _TOKENS)
 *   base    URL: paths are appended to it; no query, no slash at the end
 *   pattern TEXT: that base/pattern.h takes
 *   single  LIST: bare text is one element, also with commas in it
 *   origin  LIST: of web origins (https://example.org) or *
 *   proxy   LIST: of egress proxies (base/proxy_url.h)
 *   receiver LIST: of receivers of alerts (base/alert_receiver.h)
 *   alarm   LIST: of kinds of alarms (base/alert_kind.h)
 *   network LIST: of addresses and networks (base/network.h)
 *   header  MAP: of HTTP header fields
 *   number  MAP: of numbers from low to high
 *   safety  JSON: list of {"category": text, "threshold": text}
 */
struct setting_def {
	const char *name;
	enum setting_type type;
	const char *fallback; /* the default, as text */
	double low, high;     /* for INT and NUMBER */
	const char *choices;  /* words with | between; see below */
	const char *group;    /* heading on the page and in the manual */
	enum setting_home home;
	bool in_force; /* false: kept, for a feature of a later version */
	const char *help;
};

/* The table's row. */
const struct setting_def *setting_def(enum setting_id id);

/* The id for a name (exact, upper case), or -1. */
int setting_find(const char *name);

/* True if word (exact) is one of the def's choices. */
bool setting_has_choice(const struct setting_def *def, const char *word);

/* Is its value to be shown masked only? */
bool setting_is_secret(const struct setting_def *def);

/* Check a value and append its canonical text to out (JSON for lists and
 * maps, true/false, plain digits). False with one line for people in *why,
 * which names no secret: "must be a whole number from 0 to 10". why is
 * cleared by the caller. Blanks around the value do not count; an empty text
 * is an empty list or map. */
MUSTCHECK bool setting_check(
    enum setting_id id, const char *value, struct buf *out, struct buf *why);

struct settings;

/* A set with every default; NULL if memory runs out. Free with
 * settings_free(). */
struct settings *settings_new(void);
void settings_free(struct settings *s);

/* Put one checked or stored value in; false (and no change) if it is bad. */
MUSTCHECK bool settings_put(
    struct settings *s, enum setting_id id, const char *value);

/* Something is stored for it that is not legal here: whoever must not go on
 * with the default instead can see it. Putting a value ends that. */
void settings_spoil(struct settings *s, enum setting_id id);
bool settings_is_spoilt(const struct settings *s, enum setting_id id);

/* Version of the stored settings that this set holds; 0 = only defaults. */
int64_t settings_version(const struct settings *s);
void settings_set_version(struct settings *s, int64_t version);

/* The values, each by its type; borrowed until the set is freed or the
 * setting is put again. Booleans and whole numbers are read with
 * settings_int; settings_text gives any value's canonical text. */
int64_t settings_int(const struct settings *s, enum setting_id id);
/* The same of a setting in megabytes, in bytes. */
size_t settings_bytes(const struct settings *s, enum setting_id id);
double settings_number(const struct settings *s, enum setting_id id);
const char *settings_text(const struct settings *s, enum setting_id id);
struct json_object *settings_json(const struct settings *s, enum setting_id id);
/* For a LIST: is text one of its elements? */
bool settings_has(
    const struct settings *s, enum setting_id id, const char *text);
/* For a LIST whose elements may end with a *, which stands for any rest: does
 * one of them fit? */
bool settings_fits(
    const struct settings *s, enum setting_id id, const char *text);

#endif

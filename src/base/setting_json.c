/* Checking the settings whose values are JSON. */
#include "base/setting_json.h"

#include <string.h>

#include "base/alert_kind.h"
#include "base/alert_receiver.h"
#include "base/attr.h"
#include "base/json.h"
#include "base/network.h"
#include "base/proxy_url.h"
#include "base/text.h"
#include "base/url.h"

#define BLANKS " \t\r\n\v\f"

static bool
refuse(struct buf *why, const char *reason)
{
	buf_str(why, reason);
	return false;
}

/* A list of texts from "a, b,c"; what is empty between commas is nothing. */
static struct json_object *
split_list(const struct setting_def *d, const char *value)
{
	struct json_object *list = json_object_new_array();
	bool single = setting_has_choice(d, "single");
	while (*value != '\0') {
		size_t size = single ? strlen(value) : strcspn(value, ",");
		size_t start = strspn(value, BLANKS);
		size_t end = size;
		while (end > start && strchr(BLANKS, value[end - 1]) != NULL)
			end--;
		if (end > start)
			json_object_array_add(list,
			    json_object_new_string_len(
				value + start, (int)(end - start)));
		value += size + (value[size] == ',');
	}
	return list;
}

/* A text without control characters. */
static bool
is_clean(struct json_object *text)
{
	if (!json_object_is_type(text, json_type_string))
		return false;
	const char *p = json_object_get_string(text);
	size_t len = (size_t)json_object_get_string_len(text);
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)p[i] < ' ' || p[i] == '\x7f')
			return false;
	return true;
}

/* One that is not empty either. */
static bool
is_filled(struct json_object *text)
{
	return is_clean(text) && json_object_get_string_len(text) > 0;
}

/* What is wrong with a text, behind "it", without quoting it; NULL: nothing. */
typedef const char *complain_fn(const char *text);

static const char *
complain_of_origin(const char *text)
{
	const char *rest = url_rest(text);
	bool ok = strcmp(text, "*") == 0 || (rest != NULL && *rest == '\0');
	return ok ? NULL
		  : "must be * or an origin such as https://example.org, "
		    "without a path";
}

static const char *
complain_of_proxy(const char *text)
{
	struct proxy_url url;
	const char *why;
	bool ok = proxy_url_read(&url, text, &why);
	proxy_url_clear(&url);
	return ok ? NULL : why;
}

static const char *
complain_of_network(const char *text)
{
	struct buf out;
	buf_init(&out, BUF_SMALL);
	bool ok = network_read(text, &out);
	buf_clear(&out);
	return ok ? NULL : "must be an address or a network such as 10.0.0.0/8";
}

static const char *
complain_of_receiver(const char *text)
{
	struct alert_receiver receiver;
	const char *why;
	bool ok = alert_receiver_read(&receiver, text, &why);
	alert_receiver_clear(&receiver);
	return ok ? NULL : why;
}

static const char *
complain_of_alarm(const char *text)
{
	return alert_kind_find(text) != NULL ? NULL
					     : "is no kind of alarm; see the "
					       "manual for all of them";
}

static const struct {
	const char *mark;
	complain_fn *complain;
} marks[] = {
    {"origin", complain_of_origin},
    {"proxy", complain_of_proxy},
    {"network", complain_of_network},
    {"receiver", complain_of_receiver},
    {"alarm", complain_of_alarm},
};

static const char *
complain_of(const struct setting_def *d, const char *text)
{
	for (size_t i = 0; i < COUNT_OF(marks); i++)
		if (setting_has_choice(d, marks[i].mark))
			return marks[i].complain(text);
	return NULL;
}

static bool
check_elements(
    const struct setting_def *d, struct json_object *list, struct buf *why)
{
	size_t count = json_count(list);
	for (size_t i = 0; i < count; i++) {
		struct json_object *element = json_at(list, i);
		const char *flaw = is_filled(element)
		    ? complain_of(d, json_object_get_string(element))
		    : "must be a text that is not empty, without control "
		      "characters";
		if (flaw != NULL) {
			buf_fmt(why, "element %zu %s", i + 1, flaw);
			return false;
		}
	}
	return true;
}

bool
setting_json_list(const struct setting_def *d, const char *value,
    struct buf *out, struct buf *why)
{
	const char *reason = NULL;
	struct json_object *list = *value == '['
	    ? json_parse(value, strlen(value), &reason)
	    : split_list(d, value);
	if (list == NULL) {
		buf_fmt(why,
		    "must be a JSON list of texts, or texts with "
		    "commas between: %s",
		    reason == NULL ? "out of memory" : reason);
		return false;
	}
	bool ok = check_elements(d, list, why);
	if (ok)
		json_write(out, list);
	json_object_put(list);
	return ok;
}

/* A field that we or curl must write ourselves would break the message. */
static bool
is_free_header(const char *name)
{
	static const char *const taken[] = {"connection", "content-length",
	    "expect", "te", "trailer", "transfer-encoding", "upgrade"};
	static const char token[] = "!#$%&'*+-.^_`|~0123456789"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "abcdefghijklmnopqrstuvwxyz";
	for (size_t i = 0; i < COUNT_OF(taken); i++)
		if (text_same(name, taken[i]))
			return false;
	return *name != '\0' && name[strspn(name, token)] == '\0';
}

static bool
check_member(const struct setting_def *d, const char *name,
    struct json_object *value, struct buf *why)
{
	enum json_type type = json_object_get_type(value);
	bool number = type == json_type_int || type == json_type_double;
	if (*name == '\0')
		return refuse(why, N_("must not have an empty name"));
	if (setting_has_choice(d, "number")) {
		double n = number ? json_object_get_double(value) : 0;
		if (number && n >= d->low && n <= d->high)
			return true;
		buf_fmt(why, "each value must be a number from %g to %g",
		    d->low, d->high);
		return false;
	}
	if (setting_has_choice(d, "header") && !is_free_header(name))
		return refuse(why,
		    N_("each name must be that of a header field which is free "
		       "to set"));
	if (number || is_clean(value))
		return true;
	return refuse(why,
	    N_("each value must be a text without control characters, or a "
	       "number"));
}

/* A value, or the one that an empty text stands for. */
static struct json_object *
read_json(const char *value, const char *empty, const char **reason)
{
	const char *text = *value == '\0' ? empty : value;
	struct json_object *json = json_parse(text, strlen(text), reason);
	if (json != NULL)
		*reason = "it is another kind of value";
	return json;
}

bool
setting_json_map(const struct setting_def *d, const char *value,
    struct buf *out, struct buf *why)
{
	const char *reason;
	struct json_object *map = read_json(value, "{}", &reason);
	bool ok = json_object_is_type(map, json_type_object);
	if (!ok)
		buf_fmt(why, "must be a JSON object: %s", reason);

	struct json_object_iterator i = json_object_iter_init_default();
	struct json_object_iterator end = i;
	if (ok) {
		i = json_object_iter_begin(map);
		end = json_object_iter_end(map);
	}
	for (; ok && !json_object_iter_equal(&i, &end);
	     json_object_iter_next(&i))
		ok = check_member(d, json_object_iter_peek_name(&i),
		    json_object_iter_peek_value(&i), why);
	if (ok)
		json_write(out, map);
	json_object_put(map);
	return ok;
}

/* A list of {"category": text, "threshold": text} and nothing else. */
static bool
is_safety(struct json_object *json)
{
	bool ok = json_object_is_type(json, json_type_array);
	size_t count = json_count(json);
	for (size_t i = 0; ok && i < count; i++) {
		struct json_object *row = json_at(json, i);
		ok = is_filled(json_get(row, "category")) &&
		    is_filled(json_get(row, "threshold")) &&
		    json_object_object_length(row) == 2;
	}
	return ok;
}

bool
setting_json_any(const struct setting_def *d, const char *value,
    struct buf *out, struct buf *why)
{
	const char *reason;
	struct json_object *json = read_json(value, "[]", &reason);
	bool ok = json_object_is_type(json, json_type_array) ||
	    json_object_is_type(json, json_type_object);
	if (!ok)
		buf_fmt(why, "must be a JSON list or object: %s", reason);
	else if (setting_has_choice(d, "safety") && !is_safety(json)) {
		ok = refuse(why,
		    N_("must be a list of {\"category\": text, "
		       "\"threshold\": text}"));
	}
	if (ok)
		json_write(out, json);
	json_object_put(json);
	return ok;
}

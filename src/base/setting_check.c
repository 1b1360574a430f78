/* Checking the value of a setting and bringing it into canonical form. */
#include "base/setting.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/pattern.h"
#include "base/setting_json.h"
#include "base/text.h"
#include "base/url.h"

#define BLANKS " \t\r\n\v\f"
#define DIGITS "0123456789"

/* A type's check: value has no blanks around it and no control characters;
 * the canonical text goes to out, the reason of a refusal to why. */
typedef bool check_fn(const struct setting_def *d, const char *value,
    struct buf *out, struct buf *why);

static bool
refuse(struct buf *why, const char *reason)
{
	buf_str(why, reason);
	return false;
}

static bool
check_bool(const struct setting_def *d, const char *value, struct buf *out,
    struct buf *why)
{
	static const char *const words[] = {
	    "false", "true", "0", "1", "no", "yes", "off", "on"};
	(void)d;
	for (size_t i = 0; i < COUNT_OF(words); i++) {
		if (!text_same(value, words[i]))
			continue;
		buf_str(out, words[i % 2]);
		return true;
	}
	return refuse(why, N_("must be true or false"));
}

static bool
check_int(const struct setting_def *d, const char *value, struct buf *out,
    struct buf *why)
{
	int64_t low = (int64_t)d->low;
	int64_t high = (int64_t)d->high;
	int64_t number;
	if (text_to_int(value, low, high, &number)) {
		buf_fmt(out, "%" PRId64, number);
		return true;
	}
	buf_fmt(why, "must be a whole number from %" PRId64 " to %" PRId64, low,
	    high);
	return false;
}

/* [-]digits[.digits], which JSON understands too. */
static bool
is_decimal(const char *text)
{
	const char *p = text + (*text == '-');
	size_t whole = strspn(p, DIGITS);
	p += whole;
	if (*p == '.') {
		size_t fraction = strspn(++p, DIGITS);
		p += fraction;
		if (fraction == 0)
			return false;
	}
	return whole > 0 && *p == '\0' && strlen(text) <= 30;
}

static bool
check_number(const struct setting_def *d, const char *value, struct buf *out,
    struct buf *why)
{
	double number = is_decimal(value) ? strtod(value, NULL) : d->high + 1;
	if (number < d->low || number > d->high) {
		buf_fmt(why, "must be a number from %g to %g", d->low, d->high);
		return false;
	}
	/* Zeros in front, of which one may be all there is, say nothing. */
	if (number < 0)
		buf_byte(out, '-');
	value += *value == '-';
	while (value[0] == '0' && value[1] >= '0' && value[1] <= '9')
		value++;
	buf_str(out, value);
	return true;
}

static bool
check_text(const struct setting_def *d, const char *value, struct buf *out,
    struct buf *why)
{
	if (setting_has_choice(d, "pattern")) {
		struct pattern *p = pattern_new(value, why);
		if (p == NULL)
			return false;
		pattern_free(p);
	}
	buf_str(out, value);
	return true;
}

static bool
check_choice(const struct setting_def *d, const char *value, struct buf *out,
    struct buf *why)
{
	size_t len = strlen(value);
	for (const char *p = d->choices; *p != '\0'; p += *p == '|') {
		size_t size = strcspn(p, "|");
		if (size == len && text_starts(p, value)) {
			buf_add(out, p, size);
			return true;
		}
		p += size;
	}
	buf_str(why, "must be one of: ");
	for (const char *p = d->choices; *p != '\0'; p++) {
		if (*p == '|')
			buf_str(why, ", ");
		else
			buf_byte(why, *p);
	}
	return false;
}

static bool
check_url(const struct setting_def *d, const char *value, struct buf *out,
    struct buf *why)
{
	if (*value == '\0' && *d->fallback == '\0')
		return true;
	if (url_rest(value) == NULL)
		return refuse(why,
		    N_("must be a URL that starts with http:// or https:// and "
		       "a host, without user and password"));
	if (strpbrk(value, BLANKS "\"<>\\#") != NULL)
		return refuse(
		    why, N_("must be a URL without blanks, quotes and #"));

	size_t len = strlen(value);
	if (setting_has_choice(d, "base")) {
		if (strchr(value, '?') != NULL)
			return refuse(why, N_("must be a URL without a query"));
		while (value[len - 1] == '/')
			len--;
	}
	buf_add(out, value, len);
	return true;
}

static check_fn *const checks[] = {
    [SETTING_BOOL] = check_bool,
    [SETTING_INT] = check_int,
    [SETTING_NUMBER] = check_number,
    [SETTING_TEXT] = check_text,
    [SETTING_URL] = check_url,
    [SETTING_CHOICE] = check_choice,
    [SETTING_LIST] = setting_json_list,
    [SETTING_MAP] = setting_json_map,
    [SETTING_JSON] = setting_json_any,
};

/* Between the tokens of JSON ends of lines are blanks; within its strings
 * the checks above look themselves. */
static bool
is_json(enum setting_type type)
{
	return type == SETTING_LIST || type == SETTING_MAP ||
	    type == SETTING_JSON;
}

static bool
has_controls(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)text[i] < ' ' || text[i] == '\x7f')
			return true;
	return false;
}

bool
setting_check(
    enum setting_id id, const char *value, struct buf *out, struct buf *why)
{
	const struct setting_def *d = setting_def(id);
	value += strspn(value, BLANKS);
	size_t len = strlen(value);
	while (len > 0 && strchr(BLANKS, value[len - 1]) != NULL)
		len--;
	if (!text_is_utf8(value, len))
		return refuse(why, N_("must be valid UTF-8"));
	if (!is_json(d->type) && has_controls(value, len))
		return refuse(why, N_("must not contain control characters"));

	char *trimmed = strndup(value, len);
	if (trimmed == NULL)
		return refuse(why, N_("did not fit into memory"));
	bool ok = checks[d->type](d, trimmed, out, why);
	if (ok && !buf_ok(out))
		ok = refuse(why, N_("is too long"));
	free(trimmed);
	return ok;
}

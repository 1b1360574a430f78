/* What may be said of tokens. */
#include "pool/token_rule.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/json.h"
#include "base/network.h"
#include "base/text.h"
#include "pool/key_attribute.h"

#define NAME_MAX_BYTES 100
#define NOTE_MAX_BYTES 300
#define LIST_MAX 100
#define LIMIT_MAX INT64_C(1000000000000)
#define CONCURRENT_MAX 1000000
#define MAX_DAYS 36500

typedef bool read_fn(
    const char *text, int64_t now_s, struct json_object *rules, const char *to);

static bool
is_line(const char *text, size_t max)
{
	size_t len = strlen(text);
	if (len > max || !text_is_utf8(text, len))
		return false;
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)text[i] < ' ' || text[i] == 0x7f)
			return false;
	return true;
}

static bool
read_name(
    const char *text, int64_t now_s, struct json_object *rules, const char *to)
{
	(void)now_s;
	json_set_text(rules, to, text);
	return *text != '\0' && is_line(text, NAME_MAX_BYTES);
}

static bool
read_note(
    const char *text, int64_t now_s, struct json_object *rules, const char *to)
{
	(void)now_s;
	json_set_text(rules, to, text);
	return is_line(text, NOTE_MAX_BYTES);
}

/* 30d, 12h: that long from now. */
static bool
read_span(const char *text, int64_t now_s, int64_t *at)
{
	char number[8];
	size_t len = strlen(text);
	int64_t n;
	if (len < 2 || len > sizeof(number) ||
	    (text[len - 1] != 'd' && text[len - 1] != 'h'))
		return false;
	memcpy(number, text, len - 1);
	number[len - 1] = '\0';
	if (!text_to_int(number, 1, MAX_DAYS, &n))
		return false;
	*at = now_s + n * (text[len - 1] == 'd' ? 86400 : 3600);
	return true;
}

/* A day (to its end), or a day and a time, in UTC. */
static bool
read_time(const char *text, int64_t *at)
{
	struct tm tm = {0};
	char given[24], known[24];
	size_t len = strlen(text);
	len -= len > 0 && text[len - 1] == 'Z';
	if (len != 10 && len != 16 && len != 19)
		return false;
	snprintf(given, sizeof(given), "%.*s", (int)len, text);
	if (len > 10 && given[10] == ' ')
		given[10] = 'T';
	if (sscanf(given, "%4d-%2d-%2dT%2d:%2d:%2d", &tm.tm_year, &tm.tm_mon,
		&tm.tm_mday, &tm.tm_hour, &tm.tm_min, &tm.tm_sec) < 3)
		return false;
	tm.tm_year -= 1900;
	tm.tm_mon -= 1;
	*at = timegm(&tm);
	/* The 31st of February is another day then. */
	strftime(known, sizeof(known), "%Y-%m-%dT%H:%M:%S", &tm);
	if (strncmp(given, known, len) != 0)
		return false;
	*at += len == 10 ? 86399 : 0;
	return true;
}

static bool
read_expires(
    const char *text, int64_t now_s, struct json_object *rules, const char *to)
{
	char utc[32];
	struct tm tm;
	int64_t at;
	if (*text == '\0' || text_same(text, "never")) {
		json_set_null(rules, to);
		return true;
	}
	if (!read_span(text, now_s, &at) && !read_time(text, &at))
		return false;
	time_t seconds = (time_t)at;
	gmtime_r(&seconds, &tm);
	strftime(utc, sizeof(utc), "%Y-%m-%d %H:%M:%SZ", &tm);
	json_set_text(rules, to, utc);
	return true;
}

/* Call add for each element; false if it says so, or there are too many. */
static bool
read_list(const char *text, struct json_object *rules, const char *to,
    bool add(const char *word, struct buf *out))
{
	static const char between[] = " ,;\t\r\n";
	struct json_object *list = json_object_new_array();
	struct buf word, clean;
	bool ok = true;
	buf_init(&word, BUF_SMALL);
	buf_init(&clean, BUF_SMALL);
	for (text += strspn(text, between); ok && *text != '\0';
	     text += strspn(text, between)) {
		size_t len = strcspn(text, between);
		buf_reset(&word);
		buf_reset(&clean);
		buf_add(&word, text, len);
		ok =
		    add(buf_cstr(&word), &clean) && json_count(list) < LIST_MAX;
		json_object_array_add(
		    list, json_object_new_string(buf_cstr(&clean)));
		text += len;
	}
	buf_clear(&word);
	buf_clear(&clean);
	if (ok && json_count(list) > 0) {
		json_set(rules, to, list);
		return true;
	}
	json_object_put(list);
	json_set_null(rules, to);
	return ok;
}

static bool
add_model(const char *word, struct buf *out)
{
	return key_attribute_read(KEY_MODELS, word, out) == NULL &&
	    out->len > 0;
}

static bool
read_models(
    const char *text, int64_t now_s, struct json_object *rules, const char *to)
{
	(void)now_s;
	if (strcmp(text, "*") == 0 || text_same(text, "all"))
		text = "";
	return read_list(text, rules, to, add_model);
}

static bool
add_network(const char *word, struct buf *out)
{
	return network_read(word, out);
}

static bool
read_addresses(
    const char *text, int64_t now_s, struct json_object *rules, const char *to)
{
	(void)now_s;
	return read_list(
	    text_same(text, "all") ? "" : text, rules, to, add_network);
}

static bool
read_number(
    const char *text, int64_t max, struct json_object *rules, const char *to)
{
	int64_t n;
	if (*text == '\0' || text_same(text, "none")) {
		json_set_null(rules, to);
		return true;
	}
	if (!text_to_int(text, 1, max, &n))
		return false;
	json_set_int(rules, to, n);
	return true;
}

static bool
read_limit(
    const char *text, int64_t now_s, struct json_object *rules, const char *to)
{
	(void)now_s;
	return read_number(text, LIMIT_MAX, rules, to);
}

static bool
read_concurrent(
    const char *text, int64_t now_s, struct json_object *rules, const char *to)
{
	(void)now_s;
	return read_number(text, CONCURRENT_MAX, rules, to);
}

/* The length of an amount above 0 with up to 12 digits and 9 behind the point;
 * 0: it is none. */
static size_t
amount_length(const char *text)
{
	static const char digits[] = "0123456789";
	size_t whole = strspn(text, digits), part = 0;
	size_t len = whole;
	if (text[len] == '.') {
		part = strspn(text + len + 1, digits);
		len += 1 + part;
	}
	bool some = strspn(text, "0.") < len;
	bool ends = part > 0 || text[whole] != '.';
	return whole >= 1 && whole <= 12 && part <= 9 && some && ends ? len : 0;
}

static bool
read_budget(
    const char *text, int64_t now_s, struct json_object *rules, const char *to)
{
	char amount[24], currency[4] = "", member[40];
	snprintf(member, sizeof(member), "%s_currency", to);
	(void)now_s;
	if (*text == '\0' || text_same(text, "none")) {
		json_set_null(rules, to);
		json_set_null(rules, member);
		return true;
	}
	size_t len = amount_length(text);
	const char *word = text + len + strspn(text + len, " ");
	if (len == 0 || strlen(word) != 3)
		return false;
	for (size_t i = 0; i < 3; i++) {
		if (!isalpha((unsigned char)word[i]))
			return false;
		currency[i] = (char)toupper((unsigned char)word[i]);
	}
	snprintf(amount, sizeof(amount), "%.*s", (int)len, text);
	json_set_text(rules, to, amount);
	json_set_text(rules, member, currency);
	return true;
}

static bool
read_switch(
    const char *text, int64_t now_s, struct json_object *rules, const char *to)
{
	bool on = strcmp(text, "1") == 0 || text_same(text, "on");
	(void)now_s;
	json_set_bool(rules, to, on);
	return on || *text == '\0' || strcmp(text, "0") == 0 ||
	    text_same(text, "off");
}

static const struct {
	const char *member;
	read_fn *read;
} rule_rows[TOKEN__RULES] = {
    [TOKEN_NAME] = {"name", read_name},
    [TOKEN_NOTE] = {"note", read_note},
    [TOKEN_EXPIRES] = {"expires_at", read_expires},
    [TOKEN_MODELS] = {"models", read_models},
    [TOKEN_ADDRESSES] = {"addresses", read_addresses},
    [TOKEN_REQUESTS_MINUTE] = {"requests_per_minute", read_limit},
    [TOKEN_REQUESTS_DAY] = {"requests_per_day", read_limit},
    [TOKEN_TOKENS_MINUTE] = {"tokens_per_minute", read_limit},
    [TOKEN_TOKENS_DAY] = {"tokens_per_day", read_limit},
    [TOKEN_CONCURRENT] = {"concurrent", read_concurrent},
    [TOKEN_BUDGET] = {"budget", read_budget},
    [TOKEN_SHADOW] = {"shadow", read_switch},
};

const char *
token_rule_member(enum token_rule rule)
{
	return rule_rows[rule].member;
}

bool
token_rule_read(enum token_rule rule, const char *text, int64_t now_s,
    struct json_object *rules)
{
	return rule_rows[rule].read(text, now_s, rules, rule_rows[rule].member);
}

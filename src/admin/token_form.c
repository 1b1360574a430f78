/* What is said of tokens in forms. */
#include "admin/token_form.h"

#include <string.h>

#include "admin/visit.h"
#include "base/attr.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"
#include "pool/token_rule.h"
#include "web/query.h"

#define A_LIMIT N_("A limit is a whole number from 1 on, or nothing.")

/* What is wrong with a field that cannot be read. */
static const char *const wrong[TOKEN__RULES] = {
    [TOKEN_NAME] = N_("A name is 1 to 100 bytes of text on one line."),
    [TOKEN_NOTE] = N_("A note is at most 300 bytes of text on one line."),
    [TOKEN_EXPIRES] = N_("Give a day, or a day and a time, such as "
			 "2027-01-31 or 2027-01-31 18:00."),
    [TOKEN_MODELS] = N_("Give names of models, or beginnings of names with "
			"* behind them, one a line: gemini-2.5-*."),
    [TOKEN_ADDRESSES] = N_("Give IPv4 or IPv6 addresses, or networks, one a "
			   "line: 192.0.2.0/24."),
    [TOKEN_REQUESTS_MINUTE] = A_LIMIT,
    [TOKEN_REQUESTS_DAY] = A_LIMIT,
    [TOKEN_TOKENS_MINUTE] = A_LIMIT,
    [TOKEN_TOKENS_DAY] = A_LIMIT,
    [TOKEN_CONCURRENT] = A_LIMIT,
    [TOKEN_BUDGET] = N_("A budget is an amount and a currency, such as "
			"20 USD, or nothing."),
    [TOKEN_SHADOW] = N_("This is not understood."),
};

static void
init(struct token_form *form)
{
	form->typed = json_object_new_object();
	form->errors = json_object_new_object();
	form->rules = json_object_new_object();
}

static void
read_field(struct token_form *form, const char *fields, enum token_rule rule)
{
	const char *name = token_rule_member(rule);
	struct buf text;
	buf_init(&text, BUF_LARGE);
	query_get(fields, name, &text);
	bool whole = strlen(buf_cstr(&text)) == text.len &&
	    text_is_utf8(buf_cstr(&text), text.len);
	json_set_text(form->typed, name, whole ? buf_cstr(&text) : "");
	if (!whole ||
	    !token_rule_read(
		rule, buf_cstr(&text), clock_wall_ms() / 1000, form->rules))
		token_form_refuse(form, name, wrong[rule]);
	buf_clear(&text);
}

void
token_form_read(struct token_form *form, const char *fields)
{
	init(form);
	if (fields == NULL)
		return;
	for (int i = 0; i < TOKEN__RULES; i++)
		read_field(form, fields, (enum token_rule)i);
	struct buf admin;
	buf_init(&admin, BUF_SMALL);
	query_get(fields, "admin", &admin);
	bool is = strcmp(buf_cstr(&admin), "1") == 0;
	json_set_bool(form->typed, "admin", is);
	json_set_bool(form->rules, "admin", is);
	json_set_bool(
	    form->typed, "shadow", json_get_bool(form->rules, "shadow"));
	buf_clear(&admin);
}

/* A list as lines, a time as browsers write it. */
static void
fill_field(struct token_form *form, struct json_object *token, const char *name)
{
	struct json_object *value = json_get(token, name);
	struct buf text;
	buf_init(&text, BUF_LARGE);
	if (json_object_is_type(value, json_type_array))
		for (size_t i = 0; i < json_count(value); i++)
			buf_fmt(&text, "%s%s", i > 0 ? "\n" : "",
			    json_object_get_string(json_at(value, i)));
	else if (value != NULL)
		buf_str(&text, json_object_get_string(value));
	if (strcmp(name, "budget") == 0 && text.len > 0)
		buf_fmt(&text, " %s", json_get_text(token, "budget_currency"));
	if (strcmp(name, "expires_at") == 0 && text.len >= 19) {
		text.data[10] = 'T';
		text.data[19] = '\0';
	}
	json_set_text(form->typed, name, buf_cstr(&text));
	buf_clear(&text);
}

void
token_form_fill(struct token_form *form, struct json_object *token)
{
	init(form);
	for (int i = 0; i < TOKEN__RULES; i++)
		fill_field(form, token, token_rule_member((enum token_rule)i));
	json_set_bool(form->typed, "admin", json_get_bool(token, "admin"));
	json_set_bool(form->typed, "shadow", json_get_bool(token, "shadow"));
}

void
token_form_clear(struct token_form *form)
{
	json_object_put(form->typed);
	json_object_put(form->errors);
	json_object_put(form->rules);
}

bool
token_form_is_good(const struct token_form *form)
{
	return json_object_object_length(form->errors) == 0;
}

void
token_form_refuse(
    struct token_form *form, const char *field, const char *message)
{
	json_set_text(form->errors, field, message);
}

void
token_form_show(const struct token_form *form, struct json_object *data)
{
	json_share(data, "form", form->typed);
	json_share(data, "errors", form->errors);
	json_set_bool(data, "any_errors", !token_form_is_good(form));
}

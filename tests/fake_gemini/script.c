/* The rules: read from JSON, searched in order, used up. */
#include "script.h"

#include <json-c/json.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"

struct rule {
	struct rule *next;
	struct json_object *source; /* keeps the strings */
	const char *key;            /* NULL: any */
	const char *model;
	const char *method;
	const char *mark; /* how it begins */
	long long nth;    /* of its mark; 0: any */
	long long left;   /* -1: for ever */
	struct deed deed;
};

/* A used-up rule moves to spent, since its deed may still be at work. */
struct script {
	struct rule *live;
	struct rule *spent;
};

static void
script_free_rules(struct rule *rule)
{
	while (rule != NULL) {
		struct rule *next = rule->next;

		json_object_put(rule->source);
		free(rule);
		rule = next;
	}
}

struct script *
script_new(void)
{
	return mem_alloc(sizeof(struct script));
}

void
script_empty(struct script *s)
{
	script_free_rules(s->live);
	script_free_rules(s->spent);
	s->live = NULL;
	s->spent = NULL;
}

void
script_free(struct script *s)
{
	if (s == NULL)
		return;
	script_empty(s);
	free(s);
}

/* A pattern: a string, and "*" and null say the same as nothing. */
static bool
script_pattern(struct json_object *value, const char **pattern)
{
	if (value == NULL)
		return true;
	if (!json_object_is_type(value, json_type_string))
		return false;
	*pattern = json_object_get_string(value);
	if (strcmp(*pattern, "*") == 0)
		*pattern = NULL;
	return true;
}

static bool
script_member(struct rule *rule, const char *name, struct json_object *value,
    struct buf *why)
{
	bool good = true;

	if (strcmp(name, "key") == 0) {
		good = script_pattern(value, &rule->key);
	} else if (strcmp(name, "model") == 0) {
		good = script_pattern(value, &rule->model);
	} else if (strcmp(name, "method") == 0) {
		good = script_pattern(value, &rule->method);
	} else if (strcmp(name, "mark") == 0) {
		good = script_pattern(value, &rule->mark);
	} else if (strcmp(name, "nth") == 0) {
		rule->nth = json_object_get_int64(value);
		good =
		    json_object_is_type(value, json_type_int) && rule->nth > 0;
	} else if (strcmp(name, "times") == 0) {
		rule->left = json_object_get_int64(value);
		good = json_object_is_type(value, json_type_int) &&
		    rule->left >= 0;
	} else if (strcmp(name, "do") == 0) {
		return deed_read(&rule->deed, value, why);
	} else if (strcmp(name, "note") != 0) {
		buf_printf(why, "unknown member \"%s\"", name);
		return false;
	}
	if (!good)
		buf_printf(why, "bad value of \"%s\"", name);
	return good;
}

static struct rule *
script_rule(struct json_object *o, struct buf *why)
{
	struct rule *rule;

	if (!json_object_is_type(o, json_type_object)) {
		buf_text(why, "must be an object");
		return NULL;
	}
	rule = mem_alloc(sizeof(*rule));
	rule->source = json_object_get(o);
	rule->left = -1;
	rule->deed = deed_none;
	json_object_object_foreach(o, name, value)
	{
		if (!script_member(rule, name, value, why)) {
			script_free_rules(rule);
			return NULL;
		}
	}
	return rule;
}

/* A list of rules from JSON; false with why if any of them is wrong. */
static bool
script_rules(struct json_object *root, struct rule **list, struct buf *why)
{
	struct json_object *rules = NULL;
	struct rule **last = list;
	struct buf detail = {0};

	if (json_object_is_type(root, json_type_object))
		json_object_object_get_ex(root, "rules", &rules);
	if (!json_object_is_type(rules, json_type_array)) {
		buf_text(why, "expected {\"rules\":[...]}");
		return false;
	}
	for (size_t i = 0; i < json_object_array_length(rules); i++) {
		*last =
		    script_rule(json_object_array_get_idx(rules, i), &detail);
		if (*last == NULL) {
			buf_printf(why, "rules[%zu]: %s", i, buf_str(&detail));
			buf_clear(&detail);
			script_free_rules(*list);
			return false;
		}

		/* A rule for no times at all is no rule. */
		if ((*last)->left == 0) {
			script_free_rules(*last);
			*last = NULL;
		} else {
			last = &(*last)->next;
		}
	}
	return true;
}

bool
script_read(struct script *s, struct span text, bool append, struct buf *why)
{
	struct json_tokener *tokener = json_tokener_new_ex(100);
	struct json_object *root = NULL;
	struct rule *list = NULL, **last = &s->live;
	bool good;

	if (text.len > 0 && text.len <= INT_MAX)
		root = json_tokener_parse_ex(tokener, text.at, (int)text.len);
	if (root == NULL)
		buf_printf(why, "not JSON, at offset %zu",
		    json_tokener_get_parse_end(tokener));
	good = root != NULL && script_rules(root, &list, why);
	json_object_put(root);
	json_tokener_free(tokener);
	if (!good)
		return false;

	if (!append)
		script_empty(s);
	while (*last != NULL)
		last = &(*last)->next;
	*last = list;
	return true;
}

static bool
script_fits(const char *pattern, const char *value)
{
	return pattern == NULL || strcmp(pattern, value) == 0;
}

static bool
script_fits_mark(const struct rule *rule, const struct ticket *ticket)
{
	if (rule->mark != NULL &&
	    (ticket->mark == NULL ||
		strncmp(ticket->mark, rule->mark, strlen(rule->mark)) != 0))
		return false;
	return rule->nth == 0 || rule->nth == ticket->nth;
}

const struct deed *
script_match(
    struct script *s, const struct route *route, const struct ticket *ticket)
{
	struct rule **link = &s->live, *rule;

	while ((rule = *link) != NULL &&
	    !(script_fits(rule->key, buf_str(&route->key)) &&
		script_fits(rule->model, buf_str(&route->model)) &&
		script_fits(rule->method, buf_str(&route->method)) &&
		script_fits_mark(rule, ticket)))
		link = &rule->next;
	if (rule == NULL)
		return &deed_none;
	if (rule->left > 0 && --rule->left == 0) {
		*link = rule->next;
		rule->next = s->spent;
		s->spent = rule;
	}
	return &rule->deed;
}

void
script_write(const struct script *s, struct buf *out)
{
	buf_text(out, "{\"rules\":[");
	for (const struct rule *rule = s->live; rule != NULL;
	     rule = rule->next) {
		size_t n;
		const char *text = deed_json(rule->source, &n);

		buf_text(out, rule == s->live ? "\n{" : ",\n{");
		if (rule->left >= 0)
			buf_printf(out, "\"left\":%lld,", rule->left);
		buf_text(out, "\"rule\":");
		buf_add(out, text, n);
		buf_text(out, "}");
	}
	buf_text(out, "]}\n");
}

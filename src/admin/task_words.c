/* Tasks in words. */
#include "admin/task_words.h"

#include <string.h>

#include "pool/cause_words.h"
#include "admin/number.h"
#include "admin/visit.h"
#include "base/attr.h"
#include "base/json.h"
#include "base/text.h"

static const struct task_words kinds[] = {
    {"delete", N_("Delete keys"), N_("Delete"), .grave = true, .quick = true},
    {"disable", N_("Disable keys"), N_("Disable"), N_("A key was disabled."),
	N_("$n keys were disabled."), .quick = true},
    {"enable", N_("Enable keys"), N_("Enable"), N_("A key was enabled."),
	N_("$n keys were enabled."), .at_once = true, .quick = true},
    {"export", N_("Copy or export keys"), N_("Show"), .shown = true},
    {"move", N_("Move keys"), N_("Move"), N_("A key was moved."),
	N_("$n keys were moved."), .quick = true},
    {"reset", N_("Reset keys"), N_("Reset"), N_("A key was reset."),
	N_("$n keys were reset."), .at_once = true, .quick = true},
    {"restore", N_("Bring keys back"), N_("Bring back"),
	N_("A key was brought back."), N_("$n keys were brought back."),
	.at_once = true, .quick = true},
    {"verify", N_("Verify keys"), N_("Verify"), .at_once = true},
};

const struct task_words *
task_words_find(const char *kind)
{
	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		if (text_same(kind, kinds[i].kind))
			return &kinds[i];
	return NULL;
}

void
task_words_say(struct visit *v, const char *one, const char *many, int64_t n,
    struct buf *out)
{
	struct json_object *o = json_object_new_object();
	const char *text = visit_say_count(v, one, many, n);
	const char *dollar = strstr(text, "$n");
	number_set(o, "n", n);
	buf_add(
	    out, text, dollar == NULL ? strlen(text) : (size_t)(dollar - text));
	if (dollar != NULL)
		buf_fmt(out, "%s%s", json_get_text(o, "n"), dollar + 2);
	json_object_put(o);
}

static const struct {
	const char *code, *words;
} codes[] = {
    {"deleted", N_("deleted")},
    {"disabled", N_("disabled")},
    {"disabled_already", N_("disabled already")},
    {"enabled", N_("enabled")},
    {"enabled_already", N_("enabled already")},
    {"gone", N_("gone: somebody has deleted it")},
    {"moved", N_("moved")},
    {"moved_already", N_("there already")},
    {"reset", N_("reset: faults and rests are forgotten")},
    {"reset_already", N_("had neither faults nor rests")},
    {"restored", N_("brought back")},
    {"restored_already", N_("back already")},
    {"rests_ended", N_("enabled already: its rests have ended")},
    {"unreadable", N_("sealed with another master key")},
    {"works", N_("works")},
    {"works_again", N_("works again, and is used again")},
    {"works_disabled", N_("works, and stays disabled, as somebody wanted")},
};

const char *
task_words_code(const char *code)
{
	for (size_t i = 0; i < COUNT_OF(codes); i++)
		if (text_same(code, codes[i].code))
			return codes[i].words;
	return cause_words(code);
}

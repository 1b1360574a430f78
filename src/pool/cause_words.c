/* Causes in words. */
#include "pool/cause_words.h"

#include <stddef.h>

#include "base/attr.h"
#include "base/text.h"
#include "pool/verdict_words.h"

/* Those that are no verdicts. */
static const struct {
	const char *cause, *words;
} table[] = {
    {"by hand", N_("by hand")},
    {"cli", N_("on the command line")},
    {"demo", N_("for a demonstration")},
    {"env", N_("from a file of settings")},
    {"no longer listed", N_("it is no longer in the list")},
    {"page", N_("on a page")},
    {"probe", N_("a probe found it alive")},
    {"storm", N_("Google or our address is in trouble")},
    {"stumbles", N_("several internal errors in a row")},
    {"the page", N_("on a page")},
};

const char *
cause_words(const char *cause)
{
	const struct verdict_words *verdict = verdict_words_find(cause);
	if (verdict != NULL)
		return verdict->clause;
	for (size_t i = 0; i < COUNT_OF(table); i++)
		if (text_same(cause, table[i].cause))
			return table[i].words;
	return NULL;
}

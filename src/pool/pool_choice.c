/* The rules of who uses which pool. */
#include "pool/pool_choice.h"

#include <stddef.h>

struct pool_choice
pool_choose(
    const struct settings *set, const char *asked, const char *model, bool tier)
{
	if (asked != NULL)
		return (struct pool_choice){.pool = asked};
	if (settings_fits(set, SETTING_ID_PAID_MODELS, model))
		return (struct pool_choice){
		    .pool = POOL_PAID, .instead = POOL_GEMINI};
	if (tier)
		return (struct pool_choice){
		    .pool = POOL_PAID, .more = POOL_GEMINI};

	bool paid = settings_int(set, SETTING_ID_PAID_AS_LAST_RESORT) != 0;
	return (struct pool_choice){
	    .pool = POOL_GEMINI, .more = paid ? POOL_PAID : NULL};
}

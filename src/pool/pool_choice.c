/* The rules of who uses which pool. */
#include "pool/pool_choice.h"

#include <string.h>

#include "base/json.h"

/* Is the name one of the list, whose elements may end with a *? */
static bool
is_listed(struct json_object *list, const char *name)
{
	for (size_t i = 0; i < json_count(list); i++) {
		const char *row = json_object_get_string(json_at(list, i));
		size_t len = strlen(row);
		if (strcmp(row, name) == 0 ||
		    (len > 0 && row[len - 1] == '*' &&
			strncmp(row, name, len - 1) == 0))
			return true;
	}
	return false;
}

struct pool_choice
pool_choose(
    const struct settings *set, const char *asked, const char *model, bool tier)
{
	if (asked != NULL)
		return (struct pool_choice){.pool = asked};
	if (is_listed(settings_json(set, SETTING_ID_PAID_MODELS), model))
		return (struct pool_choice){
		    .pool = POOL_PAID, .instead = POOL_GEMINI};
	if (tier)
		return (struct pool_choice){
		    .pool = POOL_PAID, .more = POOL_GEMINI};

	bool paid = settings_int(set, SETTING_ID_PAID_AS_LAST_RESORT) != 0;
	return (struct pool_choice){
	    .pool = POOL_GEMINI, .more = paid ? POOL_PAID : NULL};
}

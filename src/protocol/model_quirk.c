/* The table of quirks: a name and the trait it takes away. */
#include "protocol/model_quirk.h"

#include <stddef.h>
#include <string.h>

#include "base/attr.h"
#include "base/json.h"

static const struct quirk {
	const char *name;
	size_t trait; /* offset of a bool in struct model_traits */
} quirks[] = {
    {"no_penalties", offsetof(struct model_traits, penalties)},
    {"no_logprobs", offsetof(struct model_traits, logprobs)},
    {"one_candidate", offsetof(struct model_traits, many_candidates)},
    {"no_prefill", offsetof(struct model_traits, prefill)},
    {"no_system", offsetof(struct model_traits, system)},
    {"no_thinking", offsetof(struct model_traits, thinking)},
    {"no_minimal", offsetof(struct model_traits, minimal)},
    {"no_levels", offsetof(struct model_traits, levels)},
    {"always_thinks", offsetof(struct model_traits, thinking_off)},
};

static void
apply(struct model_traits *traits, const char *name)
{
	for (size_t i = 0; name != NULL && i < COUNT_OF(quirks); i++)
		if (strcmp(quirks[i].name, name) == 0)
			*(bool *)((char *)traits + quirks[i].trait) = false;
}

void
model_quirks_apply(struct model_traits *traits, struct json_object *names)
{
	for (size_t i = 0; i < json_count(names); i++)
		apply(traits, json_object_get_string(json_at(names, i)));
}

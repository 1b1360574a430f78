/*
 * What a model turned out not to do. Google refuses what a model cannot with
 * a 400; each such refusal has a name here, a quirk, which takes one trait
 * away. Quirks are remembered by model, so that only the first request pays
 * (contract section 1.9; protocol/repair.h finds them).
 */
#ifndef KEYWHEEL_PROTOCOL_MODEL_QUIRK_H
#define KEYWHEEL_PROTOCOL_MODEL_QUIRK_H

#include <json-c/json.h>

#include "protocol/model_name.h"

/* A quirk that names a field which Google does not know: "drop:seed". */
#define QUIRK_DROP "drop:"

/* Take the traits away that the quirks, a list of names or NULL, speak of.
 * Names that are unknown say nothing. */
void model_quirks_apply(
    struct model_traits *traits, struct json_object *quirks);

#endif

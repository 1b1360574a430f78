/*
 * Refusals that can be mended: Google says in a 400 what a model does not
 * take, and the request is sent once more without it (contract section 1.9).
 */
#ifndef KEYWHEEL_PROTOCOL_REPAIR_H
#define KEYWHEEL_PROTOCOL_REPAIR_H

#include "base/attr.h"
#include "base/buf.h"

/* What the mending is remembered for. */
enum repair_scope {
	REPAIR_NONE,         /* these words cannot be mended */
	REPAIR_MODEL,        /* the model will never take it */
	REPAIR_REQUEST,      /* it was this request's matter */
	REPAIR_CONVERSATION, /* signatures that are not the project's */
};

/* What Google's message asks for. The name of the quirk is appended to it
 * (model_quirk.h), nothing with REPAIR_NONE and REPAIR_CONVERSATION. */
enum repair_scope repair_find(const char *message, struct buf *quirk);

#endif

/* Putting a deed on stage: delays, cuts, silence, headers. */
#ifndef FAKE_STAGE_H
#define FAKE_STAGE_H

#include "deed.h"

/*
 * stage_delivery(deed, reply): how the reply is delivered.  Its body must be
 *   complete and its pieces marked.
 * stage_headers(deed, reply): Content-Type and further headers of the deed.
 */
void stage_delivery(const struct deed *, struct reply *);
void stage_headers(const struct deed *, struct reply *);

#endif

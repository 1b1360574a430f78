/* Where clients find us. */
#ifndef KEYWHEEL_GATEWAY_PUBLIC_URL_H
#define KEYWHEEL_GATEWAY_PUBLIC_URL_H

#include "base/attr.h"
#include "base/buf.h"

struct service;

/* Append it, with no slash at the end: PUBLIC_URL, or the scheme, the host
 * and the folder (web_base()) by which this request has come. False if it names
 * no host that could be one: whatever a client writes there would stand in our
 * answers. */
MUSTCHECK bool public_url(struct service *s, struct buf *out);

#endif

/* Who may see the pages. */
#ifndef KEYWHEEL_ADMIN_SIGN_IN_H
#define KEYWHEEL_ADMIN_SIGN_IN_H

#include <stdbool.h>

#include "base/attr.h"

struct service;

/* HTTP Basic: any name, and a token with admin right as the password. If
 * this is false, a page that says so has been sent. */
MUSTCHECK bool sign_in_check(struct service *s);

#endif

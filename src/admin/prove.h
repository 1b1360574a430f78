/* Before secrets are shown: the admin token, once more. */
#ifndef KEYWHEEL_ADMIN_PROVE_H
#define KEYWHEEL_ADMIN_PROVE_H

#include <stdint.h>

#include "store/sessions.h"

struct visit;

/* Is the form's field POST_SECRET an admin token? SIGN_IN_DONE: it is. Wrong
 * ones make their address wait as those for signing in do; *wait_s: how long.
 * what was to be done stands in the log: "keys were to be shown". */
enum sign_in_answer prove_admin(
    struct visit *v, const char *what, int64_t *wait_s);

/* What the form says of it again: the member of its data that is true; and
 * the answer's status. NULL: nothing, as for SIGN_IN_DONE and _FAILED. */
const char *prove_refusal(enum sign_in_answer answer, int *status);

#endif

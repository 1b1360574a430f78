/* The rules in force. */
#ifndef FAKE_SCRIPT_H
#define FAKE_SCRIPT_H

#include "deed.h"
#include "route.h"

struct script;

/*
 * script_read(script, json, append, why): take over {"rules":[...]}, instead
 *   of the rules there are or behind them.  False: nothing has changed, and
 *   why says which rule is wrong.
 * script_match(script, route, ticket): the deed of the first live rule that
 *   fits, which is thereby used once; deed_none if there is none.  Valid
 *   until the next script_read or script_empty.
 * script_write(script, out): the live rules and what is left of them, as JSON.
 */
struct script *script_new(void);
void script_free(struct script *);
void script_empty(struct script *);
bool script_read(struct script *, struct span, bool, struct buf *);
const struct deed *script_match(
    struct script *, const struct route *, const struct ticket *);
void script_write(const struct script *, struct buf *);

#endif

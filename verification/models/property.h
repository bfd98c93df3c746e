/* SPDX-License-Identifier: BSD-2-Clause */
/* States a claim under the name of the property that it breaks when it is false: Spin prints a failed
   assertion as it stands. A model has a `hidden byte` of each such name, which is 0; scripts/models
   --sabotage sets all but one to 1, for one property after the other has to notice what is wrong. */

#define HOLDS(property, claim) assert(property || (claim))

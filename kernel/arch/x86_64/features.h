/* SPDX-License-Identifier: BSD-2-Clause */
/* Processor features: what is required boot.S has checked; what protects more is switched on when it
   is there. */
#pragma once

/* Sets the control registers and the system-call registers of this CPU. */
void features_init(void);

/* Ends the line of the banner with the features in use. */
void features_print(void);

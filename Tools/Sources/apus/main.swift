// SPDX-License-Identifier: Apache-2.0

// The executable: everything is in ApusCommands.

import ApusCommands

runApus()

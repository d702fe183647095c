// SPDX-License-Identifier: Apache-2.0

// The executable: everything is in DeveloperCommands.

import DeveloperCommands

runDev()

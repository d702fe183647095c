// SPDX-License-Identifier: Apache-2.0
//
// The machine's own register windows as RegisterAccess. Their accessors have the protocol's shape already; nothing is
// added here. A driver's tests use the fakes of TestSupport instead.

public import Memory

extension MMIOWindow: RegisterAccess {}
extension PortWindow: RegisterAccess {}

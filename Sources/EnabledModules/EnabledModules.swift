// Written by infra/new-module from the list of Package.swift; the lint compares them.
import Budget
import Facilitation
public import Kernel

/// The mission modules of this build, in the order of the work.
public let enabledModules: [any MissionModule.Type] = [
    FacilitationModule.self,
    BudgetModule.self,
]

// A module imports Kernel and KernelUI only: the value types of the client and the writer come along.
@_exported public import HTML
@_exported public import Postgres

/// A statement with its parameters, `$1` first. One statement: PostgreSQL refuses several in one query.
///
/// The server infers the type of each parameter from its place; where the place says nothing (`select $1`), write a cast (`$1::int`).
public struct Query: Sendable {
    /// The statement.
    public var sql: SQL
    /// Its parameters, in the order of their numbers.
    public var parameters: [Parameter]

    /// A statement and its parameters.
    public init(_ sql: SQL, _ parameters: Parameter...) {
        self.sql = sql
        self.parameters = parameters
    }

    /// A statement and a list of parameters.
    public init(_ sql: SQL, parameters: [Parameter]) {
        self.sql = sql
        self.parameters = parameters
    }
}

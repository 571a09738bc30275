import Kernel

/// Compares what a form showed with what its page shows now, inside the transaction that writes.
///
/// Writers by the forms of one page wait for one another: the second sees what the first has committed, and is told.
struct SeenCheck: Sendable {
    /// The page that held the form; its forms are sent one after the other.
    let page: String
    /// Draws the page in a transaction and throws when it no longer shows what the form did.
    let compare: @Sendable (PostgresTransaction) async throws -> Void
    /// Noted once a transaction of the request was committed: what it wrote is no change by somebody else.
    private let passed = EntryMark()

    init(page: String, compare: @escaping @Sendable (PostgresTransaction) async throws -> Void) {
        self.page = page
        self.compare = compare
    }

    /// Takes the turn of the page and looks. What the look set in the transaction is undone with it.
    /// - Parameter owner: the MSP or the account whose page it is.
    func hold(_ owner: Identifier, _ transaction: PostgresTransaction) async throws {
        guard !passed.hasEntered else { return }
        _ = try await transaction.run(
            Query("select pg_advisory_xact_lock(hashtextextended($1, 0))", .text("form:\(owner) \(page)")), Query("savepoint seen"))
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await compare(transaction))
        } catch {
            outcome = .failure(error)
        }
        _ = try await transaction.run(Query("rollback to savepoint seen"))
        do {
            try outcome.get()
        } catch let outdated as OutdatedForm {
            throw outdated
        } catch let error as PostgresError where !(error.sqlState?.rawValue.hasPrefix("CK") ?? false) {
            // What the database could not do says nothing of the page: no comparison, no act.
            throw error
        } catch {
            // A page that its reader may not see now, or that cannot be drawn here, has nothing to compare.
        }
    }

    func pass() { passed.set() }
}

/// The page as it stands now, where it is not what the form showed.
struct OutdatedForm: Error {
    let page: [UInt8]
}

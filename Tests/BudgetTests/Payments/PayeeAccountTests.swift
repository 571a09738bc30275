import Kernel
import Testing

@testable import Budget

@Suite("Accounts: one person alone never moves money to an account that nobody else saw")
struct PayeeAccountTests {
    private typealias F = Fixtures
    private let payee = F.id("payée")
    private let first = F.id("gérante")
    private let second = F.id("cogérant")

    private func account(_ iban: String, by writer: Identifier?, holder: String = "Zoé Lœuillet") throws -> PayeeAccount {
        PayeeAccount(
            person: payee, holder: holder, account: try BankAccount.read(iban: iban, bic: nil), siren: nil, changedBy: writer,
            changedByName: nil, changedAt: nil)
    }

    private let old = "FR1420041010050500013M02606"
    private let new = "BE68539007547034"

    private func review(_ account: PayeeAccount, approvedBy people: [Identifier] = [], with seen: PayeeAccount? = nil, needed: Int = 2)
        -> AccountReview
    {
        let kept = AccountReview(accounts: [payee: seen ?? account], approvals: [], needed: needed).kept(for: [payee])
        return AccountReview(
            accounts: [payee: account], approvals: people.map { .init(person: $0, accounts: kept) }, needed: needed)
    }

    @Test("What two people approved is paid, whoever wrote it; a missing account never is")
    func approved() throws {
        #expect(review(try account(old, by: first), approvedBy: [first, second]).standing(of: payee) == .approved)
        #expect(review(try account(old, by: payee), approvedBy: [first, second]).standing(of: payee) == .approved)
        #expect(AccountReview(accounts: [:], approvals: [], needed: 2).standing(of: payee) == .missing)
        #expect(review(try account(old, by: first), approvedBy: [first], needed: 1).standing(of: payee) == .approved)
    }

    @Test("A change of number, holder or bank after the approvals waits for somebody else than its writer")
    func changed() throws {
        let seen = try account(old, by: payee)
        for changed in [try account(new, by: first), try account(old, by: first, holder: "Autre"), try account(new, by: payee)] {
            let after = review(changed, approvedBy: [first, second], with: seen)
            #expect(after.standing(of: payee) == .toConfirm)
            #expect(after.toConfirm(for: [payee]).count == 1)
            #expect(after.mark(for: [payee]) != review(seen).mark(for: [payee]))
        }
        var confirmed = try account(new, by: first)
        confirmed.confirmedBy = [first]
        #expect(review(confirmed, approvedBy: [first, second], with: seen).standing(of: payee) == .toConfirm)
        confirmed.confirmedBy = [payee]
        #expect(review(confirmed, approvedBy: [first, second], with: seen).standing(of: payee) == .approved)
        // The sole manager's own change is not covered by her own approval of the account before it.
        #expect(review(try account(new, by: first), approvedBy: [first], with: seen, needed: 1).standing(of: payee) == .toConfirm)
    }

    @Test("A change between both approvals counts as seen by the second, unless the second made it")
    func between() throws {
        let changed = try account(new, by: first)
        #expect(review(changed, approvedBy: [second]).standing(of: payee) == .approved)
        #expect(review(changed, approvedBy: [first]).standing(of: payee) == .toConfirm)
    }
}

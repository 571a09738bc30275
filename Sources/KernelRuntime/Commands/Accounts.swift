import ArgumentParser
import Foundation
import Kernel

/// `collectif account create`
struct AccountCommand<H: House>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "account", abstract: "Accounts.", subcommands: [Create.self])
    }

    struct Create: AsyncParsableCommand {
        static var configuration: CommandConfiguration {
            CommandConfiguration(
                commandName: "create",
                abstract: "Create an account, its organisation when it does not exist yet, and print a one-day link to choose a password.")
        }

        @Option(help: "E-mail address, unique.") var email: String
        @Option(help: "First name.") var firstName: String
        @Option(help: "Last name.") var lastName: String
        @Option(help: "Role in the organisation, e.g. FEDERATION_ADMIN or COORDINATOR.") var role: String?
        @Option(help: "Slug of the organisation.") var organisation: String?
        @Option(help: "Name of the organisation, to create it when the slug is unknown.") var organisationName: String?
        @Option(help: "Kind of a new organisation: MSP, FEDERATION, AUTHORITY or EMPLOYER.") var organisationKind = "FEDERATION"

        func run() async throws {
            let platform = try CommandHouse<H>.platform()
            try await CommandHouse<H>.explained {
                let link = try await Administration(platform: platform).createAccount(
                    .init(
                        email: email, firstName: firstName, lastName: lastName, role: role, organisation: organisation,
                        organisationName: organisationName, organisationKind: organisationKind))
                say(link)
            }
        }
    }
}

/// `collectif token create`
struct TokenCommand<H: House>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "token", abstract: "Personal API tokens.", subcommands: [Create.self])
    }

    struct Create: AsyncParsableCommand {
        static var configuration: CommandConfiguration {
            CommandConfiguration(
                commandName: "create", abstract: "Create a personal API token for one MSP or one federation and print it alone.")
        }

        @Option(help: "E-mail address of the account.") var account: String
        @Option(name: [.customLong("organisation"), .customLong("msp")], help: "Slug of the MSP or the federation.")
        var organisation: String
        @Option(help: "Name shown to the person.") var name = "Ligne de commande"

        func run() async throws {
            let platform = try CommandHouse<H>.platform()
            try await CommandHouse<H>.explained {
                say(try await Administration(platform: platform).createToken(email: account, organisation: organisation, name: name))
            }
        }
    }
}

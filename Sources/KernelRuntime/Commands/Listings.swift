import ArgumentParser
import Kernel

/// `collectif modules`
struct Modules<H: House>: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "modules", abstract: "List the modules of this build.")
    }

    func run() throws {
        for module in try CommandHouse<H>.platform().registry.byWeight {
            let manifest = module.manifest
            say("\(manifest.id)\t\(manifest.version)\t\(manifest.stability.rawValue)\t\(manifest.label)")
        }
    }
}

/// `collectif routes`
struct Routes<H: House>: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "routes", abstract: "List every route with its module, permission and kind.")
    }

    @Flag(help: "As a JSON array.") var json = false

    func run() throws {
        let routes = try CommandHouse<H>.platform().routes
        guard json else {
            for route in routes {
                say("\(route.method.rawValue)\t\(route.path)\t\(route.kind.rawValue)\t\(route.module)\t\(route.permission ?? "-")")
            }
            return
        }
        let values = routes.map { route in
            JSONValue.object([
                ("method", .string(route.method.rawValue)), ("path", .string(route.path)), ("module", .string(route.module)),
                ("permission", route.permission.map { .string($0) } ?? .null), ("kind", .string(route.kind.rawValue)),
            ])
        }
        say(JSONValue.array(values).text)
    }
}

/// `collectif openapi`
struct OpenAPI<H: House>: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "openapi", abstract: "Print the OpenAPI 3.1 description of the JSON API.")
    }

    func run() throws { say(try CommandHouse<H>.platform().openAPI().text) }
}

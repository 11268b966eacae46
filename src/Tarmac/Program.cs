using Tarmac.Gateway;

if (args is ["gateway", ..]) return await GatewayHost.Run(args);

Console.WriteLine("tarmac");
return 0;

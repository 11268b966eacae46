Console.WriteLine("tarmac");
